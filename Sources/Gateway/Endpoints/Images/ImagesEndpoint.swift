import Glibc
import HTTP
import Media
import Transport

/// The image calls of all dialects: read, dispatch, deliver.
struct ImagesEndpoint: Sendable {
    let services: GatewayServices

    @inline(never)
    func respond(
        to request: HTTPRequest, _ operation: GenerationRequest.Operation, _ pathDialect: Dialect, caller: Caller, record: RequestRecord
    ) async -> HTTPResponse {
        switch await read(request, operation, pathDialect, caller, record) {
        case .success(let call): return await response(to: call)
        case .failure(let refusal): return refusal.error.response(in: refusal.dialect)
        }
    }

    private struct Refusal: Error {
        var error: APIError
        var dialect: Dialect
    }

    /// Everything that is wrong with the call itself is found here; form and inputs' texts are gone when it returns.
    @inline(never)
    private func read(
        _ request: HTTPRequest, _ operation: GenerationRequest.Operation, _ pathDialect: Dialect, _ caller: Caller, _ record: RequestRecord
    ) async -> Result<ImageCall, Refusal> {
        var dialect = pathDialect
        do throws(APIError) {
            let head = request.head
            let form = try await services.form(of: request)
            dialect = ImageRequestDecoder.dialect(of: form, path: pathDialect)
            let decoder = ImageRequestDecoder(
                operation: operation, defaults: services.settings.defaults,
                wantsRawBytes: AcceptHeader.prefersImage(head.fields[.accept]), prefer: PreferHeader(head.fields),
                isAsyncQuery: try CallWish.isAsync(query: head.query))
            let image = try decoder.decode(form, dialect)
            return .success(try await call(image, caller, record, Repeat(head, form)))
        } catch {
            return .failure(Refusal(error: error, dialect: dialect))
        }
    }

    /// Loads the inputs, then looks for the model: what is wrong with the former is said first.
    private func call(
        _ image: ImageRequest, _ caller: Caller, _ record: RequestRecord, _ repeated: Repeat
    ) async throws(APIError) -> ImageCall {
        record.update { $0.model = image.generation.model }
        var request = image.generation
        if !image.inputs.isEmpty || image.mask != nil { request = try await services.inputLoader(caller).load(image) }
        let route = try services.route(of: &request)
        return ImageCall(
            services: services, request: request, route: route, dialect: image.dialect, wish: image.wish,
            identity: try await repeated.identity(of: caller, at: services.tasks.age()), caller: caller, record: record)
    }

    @inline(never)
    private func response(to call: ImageCall) async -> HTTPResponse {
        if call.isTask {
            return await call.heartbeat(taskID: nil).response { await ImageTaskCall(call: call).response() }
        }
        if call.request.partialImages != nil {
            switch call.place() {
            case .failure(let refusal): return refusal.response(in: call.dialect)
            case .success(let place): return await StreamingCall(call, place: place).response()
            }
        }
        let id = call.mayBecomeTask ? TaskID.make(.image, entropy: randomBytes(17)) : nil
        // Nothing around what most callers want.
        if call.identity.shared == nil, !call.heartbeat(taskID: id).isWanted { return await call.response(taskID: id) }
        return await call.heartbeat(taskID: id).response {
            await call.services.repeats.answer(call.identity.shared, retryCount: call.identity.retryCount, on: call.services.loop) {
                await call.response(taskID: id)
            }
        }
    }
}
