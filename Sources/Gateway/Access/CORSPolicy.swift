import HTTP

/// Which web pages may call the gateway from a browser (the Fetch standard's CORS protocol).
struct CORSPolicy: Sendable {
    private let origins: Set<String>
    private let allowsAll: Bool

    /// - Parameter origins: such as `https://app.example`, or `*`.
    init(_ origins: [String]) {
        self.origins = Set(origins)
        allowsAll = origins.contains("*")
    }

    /// The answer to a browser's question before the real request; nil when the request is none.
    func preflight(_ head: HTTPRequestHead) -> HTTPResponse? {
        guard head.method == .options, head.fields.contains(.origin), head.fields.contains("access-control-request-method") else {
            return nil
        }
        var response = HTTPResponse(status: 204)
        guard allowedOrigin(head) != nil else { return response }
        response.fields.append(.accessControlAllowMethods, "GET, HEAD, POST, DELETE")
        response.fields.append(.accessControlAllowHeaders, head.fields["access-control-request-headers"] ?? "authorization, content-type")
        response.fields.append(.accessControlMaxAge, "600")
        return response
    }

    func apply(to response: inout HTTPResponse, for head: HTTPRequestHead) {
        guard head.fields.contains(.origin) else { return }
        if !allowsAll { response.fields.append(.vary, "origin") }
        guard let origin = allowedOrigin(head) else { return }
        response.fields.set(.accessControlAllowOrigin, origin)
        response.fields.set(
            .accessControlExposeHeaders,
            "x-request-id, location, retry-after, x-should-retry, x-zoetrope-provider, x-zoetrope-attempts, x-zoetrope-latency, x-zoetrope-cost, x-zoetrope-warnings, x-zoetrope-task, "
                + "openai-poll-after-ms, x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests, "
                + "x-ratelimit-limit-tasks, x-ratelimit-remaining-tasks, x-zoetrope-joined")
    }

    /// Whether the page that a request comes from may call.
    func invites(_ head: HTTPRequestHead) -> Bool { allowedOrigin(head) != nil }

    private func allowedOrigin(_ head: HTTPRequestHead) -> String? {
        if allowsAll { return "*" }
        return head.fields[.origin].flatMap { origins.contains($0) ? $0 : nil }
    }
}
