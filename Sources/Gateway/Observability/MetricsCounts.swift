import HTTP
import Media

/// What was counted since the start, by one loop or by all of them.
struct MetricCounts: Sendable {
    struct Request: Sendable, Hashable {
        var route: String
        var dialect: Dialect
        var status: Int
    }

    struct Try: Sendable, Hashable {
        var provider: String
        var model: String
        var outcome: String
    }

    /// A model at its provider.
    struct Place: Sendable, Hashable {
        var provider: String
        var model: String

        var labels: MetricsText.Labels { [("provider", provider), ("model", model)] }
    }

    struct Account: Sendable, Hashable {
        var provider: String
        var key: String
    }

    private(set) var requests: [Request: Int] = [:]
    /// By route.
    private(set) var requestDurations: [String: MetricHistogram] = [:]
    /// Body bytes of answers.
    private(set) var sentBytes = 0
    /// Body bytes of requests.
    private(set) var receivedBytes = 0
    private(set) var attempts: [Try: Int] = [:]
    /// By provider.
    private(set) var attemptDurations: [String: MetricHistogram] = [:]
    /// By kind.
    private(set) var results: [String: Int] = [:]
    /// Seconds for each image.
    private(set) var imageTimes: [Place: MetricHistogram] = [:]
    /// Seconds for each second of video.
    private(set) var videoTimes: [Place: MetricHistogram] = [:]
    /// USD.
    private(set) var spend: [Account: Double] = [:]
    /// Attempts that may have cost something, nobody knows how much.
    private(set) var unknownSpend: [Account: Int] = [:]
    private(set) var lag = MetricHistogram.ofLag

    mutating func count(_ request: Request, duration: Duration, sent: Int, received: Int) {
        requests[request, default: 0] += 1
        requestDurations[request.route, default: .ofRequests].observe(duration)
        sentBytes += sent
        receivedBytes += received
    }

    /// - Parameter key: whose call it was.
    mutating func count(_ attempt: Attempt, by key: String, _ names: MetricNames) {
        guard !attempt.isUnrecorded else { return }
        let provider = names.provider(of: attempt.candidate)
        attempts[Try(provider: provider, model: names.model(of: attempt.candidate), outcome: attempt.outcome.metricName), default: 0] += 1
        guard attempt.wasTried else { return }
        attemptDurations[provider, default: .ofAttempts].observe(attempt.duration)
        let account = Account(provider: provider, key: key)
        if let cost = attempt.cost, cost.isFinite, cost >= 0 {
            spend[account, default: 0] += cost
        } else if attempt.billed != .no {
            unknownSpend[account, default: 0] += 1
        }
    }

    mutating func count(_ made: MadeResults, _ names: MetricNames) {
        results[made.isVideo ? "video" : "image", default: 0] += made.number
        for (maker, number, time) in made.shares {
            let place = Place(provider: names.provider(of: maker), model: names.model(of: maker))
            let each = max(time / .seconds(1), 0) / Double(number)
            if !made.isVideo {
                imageTimes[place, default: .ofImages].observe(each, times: number)
            } else if let length = made.length, length > 0 {
                videoTimes[place, default: .ofVideoSeconds].observe(each / length, times: number)
            }
        }
    }

    mutating func count(lag late: Duration) {
        lag.observe(late)
    }

    mutating func merge(_ other: MetricCounts) {
        requests.merge(other.requests, uniquingKeysWith: +)
        requestDurations.merge(other.requestDurations, uniquingKeysWith: MetricCounts.sum)
        sentBytes += other.sentBytes
        receivedBytes += other.receivedBytes
        attempts.merge(other.attempts, uniquingKeysWith: +)
        attemptDurations.merge(other.attemptDurations, uniquingKeysWith: MetricCounts.sum)
        results.merge(other.results, uniquingKeysWith: +)
        imageTimes.merge(other.imageTimes, uniquingKeysWith: MetricCounts.sum)
        videoTimes.merge(other.videoTimes, uniquingKeysWith: MetricCounts.sum)
        spend.merge(other.spend, uniquingKeysWith: +)
        unknownSpend.merge(other.unknownSpend, uniquingKeysWith: +)
        lag.merge(other.lag)
    }

    private static func sum(_ first: MetricHistogram, _ second: MetricHistogram) -> MetricHistogram {
        var sum = first
        sum.merge(second)
        return sum
    }
}

extension Attempt.Outcome {
    /// One of a closed set of words.
    var metricName: String {
        switch self {
        case .succeeded: "succeeded"
        case .skipped: "skipped"
        case .failed(let error): MetricNames.snakeCase(error.kind.rawValue)
        }
    }
}
