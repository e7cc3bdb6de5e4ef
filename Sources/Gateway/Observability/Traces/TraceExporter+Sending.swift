import HTTP
import Media
import Transport

extension TraceExporter {
    /// Times that a batch is sent before it is given up.
    private static let tries = 4
    private static let longestPause = Duration.seconds(30)

    /// One batch, tried again where the collector, or the way to it, has no room for the moment.
    /// - Returns: what was lost, if anything.
    func send(_ body: [UInt8], count: Int) async -> TraceLoss? {
        var pause = Duration.seconds(1)
        for attempt in 1... {
            let verdict = TraceVerdict(await transport.post(body, fields, to: settings.endpoint, deadline: deadline), of: count)
            switch verdict {
            case .taken: return nil
            case .lost(let loss): return loss
            case .notNow(let reason, let wish):
                let loss = TraceLoss(count: count, reason: reason)
                let rest = min(wish ?? pause + pause * environment.jitter() / 2, Self.longestPause)
                guard attempt < Self.tries, await self.rest(for: rest) else { return loss }
                pause *= 2
            }
        }
        return nil
    }

    private var deadline: Instant {
        let latest = environment.now() + settings.timeout
        return min(end ?? latest, latest)
    }

    /// - Returns: false where there is no time left.
    private func rest(for pause: Duration) async -> Bool {
        let until = environment.now() + pause
        while end == nil {
            let now = environment.now()
            if now >= until { return true }
            guard (try? await environment.sleep(min(until, now + .milliseconds(100)))) != nil else { return false }
        }
        return false
    }
}

/// What an answer to an export means (https://opentelemetry.io/docs/specs/otlp/#otlphttp-response).
private enum TraceVerdict {
    case taken
    case lost(TraceLoss)
    case notNow(reason: String, retryAfter: Duration?)

    init(_ result: Result<TraceAnswer, HTTPClientError>, of count: Int) {
        switch result {
        case .failure(let error):
            self =
                error.kind == .cancelled
                ? .lost(TraceLoss(count: count, reason: error.message))
                : .notNow(
                    reason: error.message, retryAfter: nil)
        case .success(let answer):
            let reason = "the collector answered \(answer.status.code)"
            switch answer.status.code {
            case 200..<300 where answer.rejected > 0:
                self = .lost(TraceLoss(count: min(answer.rejected, count), reason: "the collector refused some of them"))
            case 200..<300: self = .taken
            case 429, 502, 503, 504: self = .notNow(reason: reason, retryAfter: answer.retryAfter)
            case _: self = .lost(TraceLoss(count: count, reason: reason))
            }
        }
    }
}
