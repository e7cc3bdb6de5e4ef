import Glibc
import HTTP
import Media
import Transport

extension ImageCall {
    /// A frame of its own: it is not there while the call waits.
    @inline(never)
    func response(to outcome: DispatchOutcome, started: Instant) async -> HTTPResponse {
        let ledger = AttemptsHeader(outcome.attempts)
        record.update {
            $0.attempts = outcome.attempts
            $0.ledger = ledger
        }
        count(outcome)
        var response: HTTPResponse
        do throws(APIError) {
            response = try await answer(to: outcome, started: started)
        } catch {
            response = error.response(in: dialect)
        }
        CallFields.add(to: &response, outcome, ledger, latency: .now - started)
        return response
    }

    @inline(__always)
    private func answer(to outcome: DispatchOutcome, started: Instant) async throws(APIError) -> HTTPResponse {
        let result: GenerationResult
        switch outcome.result {
        case .success(let made): result = made
        case .failure(let failure): throw APIError(failure, attempts: outcome.attempts, dialect: dialect)
        }
        do throws(APIError) {
            let delivery = try await delivery(wish: request.output).deliver(result.assets, madeBy: outcome.makers)
            let answer = ImagesAnswer(
                images: delivery.images, details: result.details, usage: result.usage, warnings: outcome.warnings.joined(delivery.warnings),
                created: time(nil), latency: .now - started, cost: result.cost)
            var response = await response(answer)
            if request.output.delivery == .url, let id = await row(of: answer, outcome, started: started) {
                response.fields.set(.zoetropeTask, id)
            }
            return response
        } catch {
            var error = error
            error.attempts = outcome.attempts
            throw error
        }
    }

    /// An answer as bytes or as the dialect's JSON.
    func response(_ answer: ImagesAnswer) async -> HTTPResponse {
        var response: HTTPResponse
        if request.output.delivery == .raw, case .raw(let bytes)? = answer.images.first?.content {
            let type = answer.images[0].type?.rawValue ?? "application/octet-stream"
            response = HTTPResponse(status: 200, fields: [.contentType: type, .contentTypeOptions: "nosniff"], body: .pieces([bytes]))
        } else {
            response = HTTPResponse(json: await answer.text(in: dialect))
        }
        if let cost = answer.cost { response.fields.append(.zoetropeCost, Money.text(cost)) }
        if !answer.warnings.isEmpty { response.fields.append(.zoetropeWarnings, WarningsField.value(answer.warnings)) }
        return response
    }
}
