import HTTP
import Media

extension UpstreamCall {
    /// Gives the provider the inputs that it wants to have before the start, and names them in the request.
    /// - Returns: why that failed; nothing has been bought.
    @inline(never)
    func upload(_ request: inout GenerationRequest, for capabilities: Capabilities) async -> CallReport? {
        let (takesImages, takesVideo) = (capabilities.inputForm == .upload, (capabilities.videoForm ?? capabilities.inputForm) == .upload)
        guard takesImages || takesVideo else { return nil }
        let begun = environment.now()
        var isUnsayable = false
        do throws(UpstreamError) {
            if takesImages {
                for index in request.inputs.indices { request.inputs[index] = try await uploaded(request.inputs[index], &isUnsayable) }
                if let mask = request.mask { request.mask = try await uploaded(mask, &isUnsayable) }
            }
            if takesVideo, case .given(let video) = request.source { request.source = .given(try await uploaded(video, &isUnsayable)) }
            return nil
        } catch {
            let error = error.beforeStart
            let attempt = isUnsayable ? nil : entry(.failure(error), status: error.status ?? 0, isJob: false, begun: begun)
            return CallReport(
                result: .failure(error), attempt: attempt, isJob: false, delivered: false, sends: 0,
                span: span?.ending(at: environment.now()))
        }
    }

    /// What a kept connection has lost may be sent again where it buys nothing.
    private var overFreshConnection: UpstreamCall {
        copy(freshConnection: true, span: span)
    }

    /// - Parameter isUnsayable: becomes true where the provider has no words for such an input.
    private func uploaded(_ input: MediaInput, _ isUnsayable: inout Bool) async throws(UpstreamError) -> MediaInput {
        switch input.content {
        case .url, .uploaded: return input
        case .data, .base64: break
        }
        let step = Step.upload(input, model: candidate.upstreamModel)
        var meaning = await exchange(step)
        if case .failure(let error) = meaning.result, error.kind == .staleConnection, !freshConnection {
            meaning = await overFreshConnection.exchange(step)
        }
        isUnsayable = meaning.isUnsayable
        guard case .uploaded(let name) = try meaning.result.get() else {
            throw UpstreamError(.invalidAnswer, .notSent, message: "the provider did not name the upload")
        }
        return MediaInput(content: .uploaded(name), type: input.type, fileName: input.fileName)
    }
}

extension UpstreamError {
    /// An upload costs nothing: whatever became of it, the same may be asked elsewhere. A path that is not there says nothing of the model.
    fileprivate var beforeStart: UpstreamError {
        var error = self
        error.progress = .notSent
        switch kind {
        case .unknownOutcome, .invalidAnswer, .staleConnection, .jobFailed, .jobRejected, .modelGone: error.kind = .serverFault
        case .unreachable, .rateLimited, .overloaded, .serverFault, .quotaExhausted, .keyRefused, .redirected, .invalidRequest, .moderated,
            .cancelled:
            break
        }
        return error
    }
}
