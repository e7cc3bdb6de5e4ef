package import HTTP
package import Transport

/// Sends upstream requests: over sockets, or inside the process for the built-in provider.
package protocol UpstreamTransport: Sendable {
    /// One exchange. Cancelling the task closes the upstream connection.
    /// - Parameters:
    ///   - provider: by its name.
    ///   - deadline: for the whole exchange, last byte included.
    /// - Returns: an error's kind is one of `unreachable`, `staleConnection`, `unknownOutcome`, `invalidAnswer`, `cancelled`; statuses are not judged here.
    func send(
        _ request: UpstreamRequest, to provider: String, freshConnection: Bool, deadline: Instant
    ) async -> Result<UpstreamAnswer, UpstreamError>
}

package enum UpstreamAnswer: Sendable {
    case whole(UpstreamResponse)
    /// A 2xx answer of type `text/event-stream` to a request with `streams`.
    case events(any UpstreamEvents)
}

/// Server-sent events of an upstream as they arrive.
package protocol UpstreamEvents: Sendable {
    /// The next event; nil at a proper end.
    func next() async -> Result<ServerSentEvent?, UpstreamError>
}
