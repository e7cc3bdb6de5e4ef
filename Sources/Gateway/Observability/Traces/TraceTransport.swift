package import HTTP
import Media
package import Transport

/// What a collector answered.
package struct TraceAnswer: Sendable, Hashable {
    package var status: HTTPStatus
    /// How long it asks us to stay away.
    package var retryAfter: Duration?
    /// Spans that it did not take although it took the rest.
    package var rejected = 0
}

/// What an export needs of the network.
package protocol TraceTransport: Sendable {
    /// One POST; any status is an answer.
    /// - Parameter deadline: for all of it.
    func post(_ body: [UInt8], _ fields: HTTPFields, to url: HTTPURL, deadline: Instant) async -> Result<
        TraceAnswer, HTTPClientError
    >
}

/// Exports over a loop's client, to whatever address the operator has named.
package struct HTTPClientTraceTransport: TraceTransport {
    private let client: HTTPClient
    private let tls: TLSContext?
    private let now: @Sendable () -> Int

    /// Bytes of an answer.
    private static let maximumAnswer = 64 << 10

    /// - Parameter now: seconds since 1970.
    package init(client: HTTPClient, tls: TLSContext?, now: @escaping @Sendable () -> Int) {
        self.client = client
        self.tls = tls
        self.now = now
    }

    package func post(
        _ body: [UInt8], _ fields: HTTPFields, to url: HTTPURL, deadline: Instant
    ) async -> Result<TraceAnswer, HTTPClientError> {
        var request = HTTPClientRequest(
            .post, url, fields: fields, body: HTTPBody(body), deadline: deadline, tls: tls, maximumBody: Self.maximumAnswer)
        var result = await client.send(request)
        if case .failure(let error) = result, error.kind == .stale {
            request.freshConnection = true
            result = await client.send(request)
        }
        switch result {
        case .failure(let error): return .failure(error)
        case .success(let response): return .success(await answer(response))
        }
    }

    /// The content matters only where a part was refused; what of it cannot be read is let go.
    private func answer(_ response: HTTPClientResponse) async -> TraceAnswer {
        var content: [UInt8] = []
        while let bytes = try? await response.body.next() { content += bytes }
        let wait = RetryAfter.parse(retryAfter: response.head.fields[.retryAfter], now: now())
        var answer = TraceAnswer(status: response.head.status, retryAfter: wait)
        if answer.status.isSuccess { answer.rejected = Self.rejected(content) }
        return answer
    }

    /// A number of 64 bits, which may be a text.
    private static func rejected(_ content: [UInt8]) -> Int {
        switch (try? JSONValue(parsing: content))?["partialSuccess"]?["rejectedSpans"] {
        case .integer(let count): max(count, 0)
        case .string(let text): max(Int(text) ?? 0, 0)
        case _: 0
        }
    }
}
