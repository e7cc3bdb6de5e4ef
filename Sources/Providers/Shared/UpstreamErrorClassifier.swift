import HTTP
package import Media

/// Turns an upstream's error answers into what the fallback decides by.
package struct UpstreamErrorClassifier: Sendable {
    /// What a provider's own codes mean, asked before the common rules; nil leaves it to them.
    package typealias Rule = @Sendable (UpstreamRefusal) -> UpstreamError.Kind?
    /// Finds what went wrong in an answer that is not 2xx, for providers whose envelope `UpstreamErrorBody` does not read.
    package typealias Reader = @Sendable (UpstreamResponse) -> UpstreamErrorBody

    private let secrets: [String]
    private let passesModerationCodes: Bool
    private let now: @Sendable () -> Int
    private let rule: Rule
    private let reader: Reader

    /// - Parameters:
    ///   - secrets: texts that must never be passed on.
    ///   - passesModerationCodes: the provider speaks OpenAI's own codes; else the caller reads `content_policy_violation`.
    ///   - now: seconds since 1970, for Retry-After dates.
    ///   - reader: where the provider's errors say what.
    ///   - rule: asked before the rules that hold everywhere, which know the usual statuses.
    package init(
        secrets: [String] = [], passesModerationCodes: Bool = false, now: @escaping @Sendable () -> Int = WallClock.now,
        reader: @escaping Reader = { UpstreamErrorBody(try? $0.json()) }, rule: @escaping Rule = { _ in nil }
    ) {
        self.secrets = secrets
        self.passesModerationCodes = passesModerationCodes
        self.now = now
        self.rule = rule
        self.reader = reader
    }

    /// What an answer of another status than 2xx means.
    package func error(for response: UpstreamResponse, at step: Step) -> UpstreamError {
        error(reader(response), in: response, at: step)
    }

    /// The answer as JSON.
    /// - Throws: what it means instead where its status or an `error` inside it says so; an envelope of another name in a 2xx passes.
    package func success(of response: UpstreamResponse, at step: Step) throws(UpstreamError) -> JSONValue {
        guard response.status.isSuccess else { throw error(for: response, at: step) }
        let json = try response.json()
        if let body = UpstreamErrorBody(inSuccess: json) { throw error(body, in: response, at: step) }
        return json
    }

    /// What an error body means that came in an answer of any status, or in an event of one.
    package func error(_ body: UpstreamErrorBody, in response: UpstreamResponse, at step: Step) -> UpstreamError {
        var body = body
        body.callersWords = step.startedRequest?.words ?? ""
        let refusal = UpstreamRefusal(status: response.status.code, body: body, isSubmit: step.operation == nil)
        let kind = rule(refusal) ?? refusal.kind
        // What is not there may be what the caller's further fields name: that does not mark the model for all.
        let isUnclear = kind == .modelGone && !refusal.namesModel && step.startedRequest?.extras.isEmpty == false
        return UpstreamError(
            isUnclear ? .serverFault : kind, kind == .unknownOutcome ? .mayHaveStarted : .answered, status: response.status.code,
            code: code(of: body, as: kind), field: UpstreamText.identifier(body.field), retryAfter: retryAfter(response),
            message: isDoubtful(refusal, kind) ? "the provider answered \(refusal.status)" : message(of: refusal, as: kind, at: step))
    }

    /// Only the caller's words have kept the answer from being about our key, account or model: it may be, and tell of them.
    private func isDoubtful(_ refusal: UpstreamRefusal, _ kind: UpstreamError.Kind) -> Bool {
        var body = refusal.body
        guard !body.callersWords.isEmpty else { return false }
        body.callersWords = ""
        let plain = refusal.with(body)
        return (rule(plain) ?? plain.kind) != kind
    }

    /// What a job means that was accepted and ended failed, by what the provider tells of it.
    /// - Parameter table: the provider's own codes; without them, those that mean the same everywhere.
    package func failure(
        _ body: UpstreamErrorBody, in response: UpstreamResponse, at step: Step, by table: CodeTable = CodeTable()
    ) -> UpstreamError {
        let kind = table.kind(of: body) ?? FailedJob.kind(of: body, isSubmit: step.startedRequest != nil)
        return UpstreamError(
            kind, status: response.status.code, code: code(of: body, as: kind), field: UpstreamText.identifier(body.field),
            message: body.message.map { cleaned($0, at: step) } ?? "the provider's job failed")
    }

    /// Text of an upstream as it may be passed on.
    package func cleaned(_ text: String, at step: Step) -> String {
        UpstreamText.cleaned(text, hiding: secrets, prompt: step.startedRequest?.prompt)
    }

    /// What the upstream asked to wait before the next try.
    package func retryAfter(_ response: UpstreamResponse) -> Duration? {
        RetryAfter.parse(
            retryAfter: response.fields[.retryAfter],
            retryAfterMilliseconds: response.fields["retry-after-ms"] ?? response.fields["x-ms-retry-after-ms"], now: now())
    }

    private func code(of body: UpstreamErrorBody, as kind: UpstreamError.Kind) -> String? {
        guard kind == .moderated else { return UpstreamText.identifier(body.code ?? (body.status == nil ? nil : body.type)) }
        let own = ["moderation_blocked", "content_policy_violation"]
        guard passesModerationCodes, let code = body.code, own.contains(code) else { return "content_policy_violation" }
        return code
    }

    /// Words about our key, account or model go no further: they name them.
    private func message(of refusal: UpstreamRefusal, as kind: UpstreamError.Kind, at step: Step) -> String {
        let status = refusal.status
        switch kind {
        case .keyRefused: return "the provider refused the gateway's key (\(status))"
        case .quotaExhausted: return "the gateway's account at the provider is exhausted (\(status))"
        case .modelGone: return "the provider does not offer the model (\(status))"
        case .redirected: return "the provider answered with a redirect (\(status))"
        case .unreachable, .staleConnection, .rateLimited, .overloaded, .serverFault, .invalidAnswer, .invalidRequest, .moderated,
            .unknownOutcome, .jobFailed, .jobRejected, .cancelled:
            guard let message = refusal.body.message else { return "the provider answered \(status)" }
            return cleaned(message, at: step)
        }
    }
}
