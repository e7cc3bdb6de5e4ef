import HTTP
import Media

extension UpstreamCall {
    /// A request with the provider's token, where it works with one.
    func authorized(_ request: UpstreamRequest, deadline end: ContinuousClock.Instant) async -> Result<UpstreamRequest, UpstreamError> {
        guard let provider = upstream.provider as? any TokenProvider else { return .success(request) }
        if let token = upstream.tokens.token(at: environment.now()) { return .success(request.carrying(token)) }
        do throws(UpstreamError) {
            guard let ask = try provider.tokenRequest() else { return .success(request) }
            let answer = try await upstream.transport.send(
                ask, for: upstream.settings, freshConnection: false, deadline: end
            ).get()
            guard case .whole(let response) = answer else { throw UpstreamError(.keyRefused, .notSent, message: "there is no token") }
            let token = try provider.token(from: response)
            upstream.tokens.keep(token, at: environment.now())
            return .success(request.carrying(token.value))
        } catch {
            return .failure(error.withoutToken)
        }
    }

    /// Sends a request. A token that is refused is replaced once: a request that was not let in has bought nothing.
    func sent(_ request: UpstreamRequest, deadline end: ContinuousClock.Instant) async -> Result<UpstreamAnswer, UpstreamError> {
        let answer = await upstream.transport.send(request, for: upstream.settings, freshConnection: freshConnection, deadline: end)
        guard upstream.provider is any TokenProvider, case .success(.whole(let response)) = answer, response.status.code == 401,
            upstream.tokens.drop(usedBy: request), case .success(let renewed) = await authorized(request, deadline: end),
            renewed.fields[.authorization] != request.fields[.authorization]
        else { return answer }
        return await upstream.transport.send(renewed, for: upstream.settings, freshConnection: freshConnection, deadline: end)
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
        case .keyRefused, .modelGone, .invalidAnswer, .invalidRequest, .moderated, .jobFailed, .jobRejected: error.kind = .keyRefused
        }
        return error
    }
}
