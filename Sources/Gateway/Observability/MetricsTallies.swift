import HTTP
import Media

extension MetricCounts {
    struct Request: Sendable, Hashable {
        var route: String
        var dialect: Dialect
        var status: Int
    }

    /// A model at its provider.
    struct Place: Sendable, Hashable {
        var provider: String
        var model: String

        var labels: MetricsText.Labels { [("provider", provider), ("model", model)] }
    }

    /// Requests of a route that are over.
    struct RouteCounts: Sendable {
        let route: String
        private(set) var answers: [(request: Request, count: Int)] = []
        private(set) var durations = MetricHistogram.ofRequests

        init(route: String) {
            self.route = route
        }

        fileprivate mutating func count(_ request: Request, times number: Int = 1) {
            let index = answers.firstIndex { $0.request.status == request.status && $0.request.dialect == request.dialect }
            if let index { answers[index].count += number } else { answers.append((request, number)) }
        }

        mutating func count(_ request: Request, _ duration: Duration) {
            count(request)
            durations.observe(duration)
        }

        mutating func merge(_ other: RouteCounts) {
            for (request, number) in other.answers { count(request, times: number) }
            durations.merge(other.durations)
        }
    }

    /// A provider's attempts that were tried.
    struct ProviderCounts: Sendable {
        struct Spend: Sendable {
            /// USD; nil: nothing is known to have cost anything.
            var known: Double?
            /// Attempts that may have cost something, nobody knows how much.
            var unknown = 0

            mutating func add(_ cost: Double) { known = (known ?? 0) + cost }
        }

        let name: String
        private(set) var durations = MetricHistogram.ofAttempts
        /// By key.
        private(set) var spend = NameTable<Spend>()

        init(name: String) {
            self.name = name
        }

        mutating func count(_ attempt: Attempt, by key: String) {
            durations.observe(attempt.duration)
            if let cost = attempt.cost, cost.isFinite, cost >= 0 {
                spend.values[spend.place(of: key, orNew: Spend())].add(cost)
            } else if attempt.billed != .no {
                spend.values[spend.place(of: key, orNew: Spend())].unknown += 1
            }
        }

        mutating func merge(_ other: ProviderCounts) {
            durations.merge(other.durations)
            for (key, theirs) in zip(other.spend.names, other.spend.values) {
                let place = spend.place(of: key, orNew: Spend())
                if let known = theirs.known { spend.values[place].add(known) }
                spend.values[place].unknown += theirs.unknown
            }
        }
    }

    /// Attempts at a model, and what it made.
    struct PlaceCounts: Sendable {
        let place: Place
        /// Its provider's index.
        let provider: Int
        private(set) var succeeded = 0
        private(set) var skipped = 0
        private(set) var failures: [UpstreamError.Kind: Int] = [:]
        /// Seconds for each image.
        private(set) var imageTimes = MetricHistogram.ofImages
        /// Seconds for each second of video.
        private(set) var videoTimes = MetricHistogram.ofVideoSeconds

        init(_ place: Place, provider: Int) {
            self.place = place
            self.provider = provider
        }

        mutating func count(_ outcome: Attempt.Outcome) {
            switch outcome {
            case .succeeded: succeeded += 1
            case .skipped: skipped += 1
            case .failed(let error): failures[error.kind, default: 0] += 1
            }
        }

        mutating func count(_ share: MadeResults.Share, of made: MadeResults) {
            let each = share.time.inSeconds / Double(share.number)
            if !made.isVideo {
                imageTimes.observe(each, times: share.number)
            } else if let length = made.length, length > 0 {
                videoTimes.observe(each / length, times: share.number)
            }
        }

        mutating func merge(_ other: PlaceCounts) {
            succeeded += other.succeeded
            skipped += other.skipped
            failures.merge(other.failures, uniquingKeysWith: +)
            imageTimes.merge(other.imageTimes)
            videoTimes.merge(other.videoTimes)
        }
    }
}
