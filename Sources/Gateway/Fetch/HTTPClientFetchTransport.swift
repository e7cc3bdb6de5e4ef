package import HTTP
package import Transport

/// Fetching over a loop's pooled client: no proxy, no cookies, one pinned address.
package struct HTTPClientFetchTransport: FetchTransport {
    private let client: @Sendable () -> HTTPClient
    private let tls: TLSContext?
    private let tally: ConnectionTally?

    /// - Parameters:
    ///   - tally: counts what is fetched.
    ///   - client: that of the loop on which the caller runs.
    package init(tls: TLSContext?, tally: ConnectionTally? = nil, client: @escaping @Sendable () -> HTTPClient) {
        self.tls = tls
        self.tally = tally
        self.client = client
    }

    package func addresses(of host: String, deadline: Instant) async -> Result<[IPAddress], FetchTransportError> {
        await client().resolve(host, deadline: deadline)
            .map { $0.compactMap { IPAddress(bytes: $0.ip) } }
            .mapError { FetchTransportError($0.kind == .cancelled ? .cancelled : .unreachable, $0.message) }
    }

    package func get(
        _ url: HTTPURL, at address: IPAddress, fields: HTTPFields, deadline: Instant
    ) async -> Result<FetchAnswer, FetchTransportError> {
        // The size is the fetcher's to limit.
        let request = HTTPClientRequest(
            .get, url, fields: fields, deadline: deadline, tls: tls, pinnedAddress: address.bytes, maximumBody: .max, tally: tally)
        switch await send(request) {
        case .failure(let error): return .failure(error)
        case .success(let response):
            let length = response.head.fields.contains(.contentEncoding) ? nil : response.head.fields[.contentLength].flatMap { Int($0) }
            let content = HTTPBody.stream(response.body, length: length)
            return .success(FetchAnswer(status: response.head.status, fields: response.head.fields, content: content))
        }
    }

    /// A connection that had gone stale in the pool is replaced once: a GET may be sent again.
    private func send(_ request: HTTPClientRequest) async -> Result<HTTPClientResponse, FetchTransportError> {
        var request = request
        var result = await client().send(request)
        if case .failure(let error) = result, error.kind == .stale {
            request.freshConnection = true
            result = await client().send(request)
        }
        return result.mapError { FetchTransportError(.init($0.kind), $0.message) }
    }
}

extension FetchTransportError.Kind {
    fileprivate init(_ kind: HTTPClientError.Kind) {
        switch kind {
        case .unreachable: self = .unreachable
        case .stale, .reset, .malformed, .tooLarge: self = .failed
        case .timedOut: self = .timedOut
        case .cancelled: self = .cancelled
        }
    }
}
