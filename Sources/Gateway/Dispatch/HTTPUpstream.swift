package import HTTP
package import Media
package import Transport

/// Upstream requests over sockets: this loop's pooled client with one provider's TLS settings.
package final class HTTPUpstream: UpstreamTransport {
    private let client: HTTPClient
    private let connectTimeout: Duration
    private let proxy: HTTPURL?
    private let tls: TLSContext?
    /// Bytes of an answer, decoded.
    private let maximumBody: Int
    private let tally: ConnectionTally?

    /// - Parameter tally: counts what goes to the provider and comes from it.
    package init(
        client: HTTPClient, settings: ProviderSettings, tls: TLSContext? = nil, maximumBody: Int = 256 << 20, tally: ConnectionTally? = nil
    ) {
        self.client = client
        connectTimeout = settings.connectTimeout
        proxy = settings.proxy
        self.tls = tls
        self.maximumBody = maximumBody
        self.tally = tally
    }

    package func send(
        _ request: UpstreamRequest, to provider: String, freshConnection: Bool, deadline: Instant
    ) async -> Result<UpstreamAnswer, UpstreamError> {
        let result = await client.send(call(request, freshConnection, deadline))
        switch result {
        case .failure(let error): return .failure(UpstreamError(error))
        case .success(let response):
            if request.streams, let events = events(of: response) { return .success(.events(events)) }
            return await collect(response)
        }
    }

    /// Not inlined: its temporaries would wait with the call.
    @inline(never)
    private func call(_ request: UpstreamRequest, _ freshConnection: Bool, _ deadline: Instant) -> HTTPClientCall {
        let (pieces, contentType) = request.body.encoded(boundary: HTTPUpstream.boundary(for: request.body))
        return HTTPClientCall(
            HTTPClientRequest(
                request.method, request.url, fields: request.fields, contentType: contentType,
                body: pieces.isEmpty ? .none : .pieces(pieces), connectTimeout: connectTimeout, deadline: deadline, tls: tls, proxy: proxy,
                freshConnection: freshConnection, maximumBody: maximumBody, tally: tally))
    }

    /// nil: the answer is to be read to its end.
    @inline(never)
    private func events(of response: HTTPClientResponse) -> UpstreamEventReader? {
        guard response.head.status.isSuccess, isEventStream(response.head.fields) else { return nil }
        return UpstreamEventReader(response.body)
    }

    /// 128 random bits: no content holds it by chance or by design.
    private static func boundary(for body: UpstreamBody) -> String {
        switch body {
        case .multipart: "zoetrope-\(hexadecimal(randomBytes(16)))"
        case .none, .json, .bytes: ""
        }
    }

    @inline(never)
    private func collect(_ response: HTTPClientResponse) async -> Result<UpstreamAnswer, UpstreamError> {
        let body: [UInt8]
        do {
            body = try await response.body.collect(expected: response.length.map { min($0, maximumBody) })
        } catch let error as HTTPClientError {
            return .failure(UpstreamError(error))
        } catch {
            return .failure(UpstreamError(HTTPClientError(.reset, "the answer broke off")))
        }
        return .success(.whole(UpstreamResponse(status: response.head.status, fields: response.head.fields, body: body)))
    }

    private func isEventStream(_ fields: HTTPFields) -> Bool {
        fields[.contentType].flatMap { MediaTypeHeader(parsing: $0) }?.isEventStream ?? false
    }
}

extension UpstreamError {
    init(_ error: HTTPClientError) {
        switch error.kind {
        case .unreachable: self.init(.unreachable, .notSent, message: error.message)
        case .stale: self.init(.staleConnection, .mayHaveStarted, message: error.message)
        case .reset: self.init(.unknownOutcome, .mayHaveStarted, code: "reset", message: error.message)
        case .timedOut: self.init(.unknownOutcome, .mayHaveStarted, code: "timeout", message: error.message)
        case .malformed, .tooLarge: self.init(.invalidAnswer, .answered, message: error.message)
        case .cancelled: self.init(.cancelled, .mayHaveStarted, message: error.message)
        }
    }
}

/// Events parsed from an answer as it arrives.
private actor UpstreamEventReader: UpstreamEvents {
    private let body: any HTTPBodyStream
    private var parser = ServerSentEventParser()

    init(_ body: any HTTPBodyStream) {
        self.body = body
    }

    func next() async -> Result<ServerSentEvent?, UpstreamError> {
        do {
            while true {
                if let event = try parser.next() { return .success(event) }
                guard let bytes = try await body.next() else { return .success(nil) }
                parser.append(bytes)
            }
        } catch let error as HTTPClientError {
            return .failure(UpstreamError(error))
        } catch {
            return .failure(UpstreamError(.invalidAnswer, .answered, message: "the event stream is malformed"))
        }
    }
}
