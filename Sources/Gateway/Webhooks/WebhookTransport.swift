package import HTTP
package import Transport

/// What telling an event needs of the network. Follows nothing.
package protocol WebhookTransport: Sendable {
    /// One POST to one of exactly these addresses, with the name of the URL in Host and TLS; any status is an answer.
    /// - Parameter deadline: for the head of the answer; its content is not read.
    func post(
        _ url: HTTPURL, at addresses: [IPAddress], fields: HTTPFields, body: [UInt8], deadline: Instant
    ) async -> Result<WebhookAnswer, FetchTransportError>
}

/// Telling events over a loop's client: no proxy, no cookies, pinned addresses, a connection for each.
package struct HTTPClientWebhookTransport: WebhookTransport {
    private let tls: TLSContext?
    private let tally: ConnectionTally?
    private let now: @Sendable () -> Int
    private let client: @Sendable () -> HTTPClient

    /// - Parameters:
    ///   - tally: counts what is told.
    ///   - now: seconds since 1970.
    ///   - client: that of the loop on which the caller runs.
    package init(
        tls: TLSContext?, tally: ConnectionTally? = nil, now: @escaping @Sendable () -> Int, client: @escaping @Sendable () -> HTTPClient
    ) {
        self.tls = tls
        self.tally = tally
        self.now = now
        self.client = client
    }

    package func post(
        _ url: HTTPURL, at addresses: [IPAddress], fields: HTTPFields, body: [UInt8], deadline: Instant
    ) async -> Result<WebhookAnswer, FetchTransportError> {
        var failure = FetchTransportError(.unreachable, "the name has no address")
        for address in RemoteFetcher.attempts(addresses) {
            let request = HTTPClientRequest(
                .post, url, fields: fields, body: HTTPBody(body), deadline: deadline, tls: tls, pinnedAddress: address.bytes,
                freshConnection: true, tally: tally)
            switch await client().send(request) {
            case .success(let response):
                let wish = RetryAfter.parse(retryAfter: response.head.fields[.retryAfter], now: now())
                return .success(WebhookAnswer(status: response.head.status, retryAfter: wish))
            case .failure(let error):
                failure = FetchTransportError(error)
                // Only where nothing was sent may another address be asked.
                guard failure.kind == .unreachable else { return .failure(failure) }
            }
        }
        return .failure(failure)
    }
}

extension FetchTransportError {
    fileprivate init(_ error: HTTPClientError) {
        switch error.kind {
        case .unreachable: self.init(.unreachable, error.message)
        case .stale, .reset, .malformed, .tooLarge: self.init(.failed, error.message)
        case .timedOut: self.init(.timedOut, error.message)
        case .cancelled: self.init(.cancelled, error.message)
        }
    }
}
