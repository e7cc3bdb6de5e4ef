import HTTP
import Media
import Transport

/// The span of one attempt while it runs; there is none in a trace that is not exported.
struct AttemptSpan: Sendable {
    /// 8 bytes; the parent of whatever the provider has to say.
    let id: [UInt8]
    let begun: Instant
    private(set) var ended: Instant

    init(at time: Instant) {
        id = randomBytes(8)
        begun = time
        ended = time
    }

    func ending(at time: Instant) -> AttemptSpan {
        var span = self
        span.ended = time
        return span
    }
}

extension TraceContext {
    /// nil where nothing is exported.
    func attempt(at time: Instant) -> AttemptSpan? {
        spans == nil ? nil : AttemptSpan(at: time)
    }

    /// Puts an attempt that is over among what is to be exported.
    @inline(never)
    func record(_ attempt: Attempt, _ times: AttemptSpan) {
        guard let spans, !attempt.isUnrecorded else { return }
        var span = Span(
            self, id: times.id, parent: hexadecimal(self.span), name: "attempt \(attempt.candidate.provider)", kind: .client,
            begun: spans.time(times.begun), ended: spans.time(times.ended))
        span.add("zoetrope.provider", attempt.candidate.provider)
        span.add("zoetrope.upstream_model", attempt.candidate.upstreamModel)
        span.add("http.response.status_code", attempt.status.map { .integer($0) })
        let outcome = attempt.outcome.metricName
        span.add("zoetrope.outcome", outcome)
        span.add("zoetrope.billed", attempt.billed.rawValue)
        span.add("zoetrope.cost", attempt.cost.map { .number(Money.rounded($0)) })
        if case .failed = attempt.outcome {
            span.isError = true
            span.add("error.type", outcome)
        }
        spans.add(span)
    }
}

extension Attempt {
    /// nil: there was no answer.
    fileprivate var status: Int? {
        switch outcome {
        case .succeeded(let status): status
        case .failed(let error): error.status
        case .skipped: nil
        }
    }
}
