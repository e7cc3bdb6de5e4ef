import HTTP
import Media
import Transport

extension UpstreamCall {
    /// A request with the provider's token, where it works with one.
    @inline(never)
    func authorized(_ request: UpstreamRequest, deadline end: Instant) async -> Result<UpstreamRequest, UpstreamError> {
        guard let provider = upstream.tokenProvider else { return .success(request) }
        if let token = upstream.tokens.tokenOrTurn(at: environment.now()) { return .success(request.carrying(token)) }
        do throws(UpstreamError) {
            guard let ask = try provider.tokenRequest() else { return .success(request) }
            guard case .whole(let response) = try await answer(to: ask, deadline: end).get() else {
                throw UpstreamError(.keyRefused, .notSent, message: "there is no token")
            }
            let token = try provider.token(from: response)
            upstream.tokens.keep(token, at: environment.now())
            return .success(request.carrying(token.value))
        } catch {
            return .failure(error.withoutToken)
        }
    }

    /// Asks for a token; what a kept connection has lost is asked once more, for it buys nothing.
    private func answer(to ask: UpstreamRequest, deadline end: Instant) async -> Result<UpstreamAnswer, UpstreamError> {
        let answer = await upstream.transport.send(ask, to: candidate.provider, freshConnection: freshConnection, deadline: end)
        guard case .failure(let error) = answer, error.kind == .staleConnection, !freshConnection else { return answer }
        return await upstream.transport.send(ask, to: candidate.provider, freshConnection: true, deadline: end)
    }

    /// The answer to a request. A token that is refused is replaced once: a request that was not let in has bought nothing.
    @inline(never)
    func withNewToken(
        _ answer: Result<UpstreamAnswer, UpstreamError>, to request: UpstreamRequest, deadline end: Instant
    ) async -> Result<UpstreamAnswer, UpstreamError> {
        guard case .success(.whole(let response)) = answer, response.status.code == 401, upstream.tokens.drop(usedBy: request) else {
            return answer
        }
        switch await authorized(request, deadline: end) {
        // Where tokens cannot be had for the moment, the old one's refusal says nothing of the key.
        case .failure(let error): return .failure(error)
        case .success(let renewed):
            guard renewed.fields[.authorization] != request.fields[.authorization] else { return answer }
            return await upstream.transport.send(renewed, to: candidate.provider, freshConnection: freshConnection, deadline: end)
        }
    }
}

extension UpstreamRequest {
    fileprivate func carrying(_ token: Secret) -> UpstreamRequest {
        var request = self
        request.fields.set(.authorization, "Bearer \(token.value)")
        return request
    }
}

extension UpstreamError {
    /// Without a token nothing was sent to where it costs; whoever gives tokens says no to our credentials, never to the caller.
    fileprivate var withoutToken: UpstreamError {
        var error = self
        error.progress = .notSent
        switch kind {
        case .cancelled, .unreachable, .rateLimited, .overloaded, .serverFault, .quotaExhausted: break
        case .staleConnection, .unknownOutcome, .redirected: error.kind = .unreachable
        case .invalidAnswer: error.kind = .serverFault
        case .keyRefused, .modelGone, .invalidRequest, .moderated, .jobFailed, .jobRejected: error.kind = .keyRefused
        }
        return error
    }
}
