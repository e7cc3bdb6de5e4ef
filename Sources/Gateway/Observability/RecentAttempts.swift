import Media

/// What became of one provider's attempts in the last hour: a ring of minutes.
struct RecentAttempts: Sendable, Hashable {
    private static let length = 60

    private struct Minute: Sendable, Hashable {
        /// Since the start of the process; what the ring holds of an older one is over.
        var number = -RecentAttempts.length
        var tally = Tally()
    }

    /// Of a minute, or of several.
    struct Tally: Sendable, Hashable {
        private(set) var attempts = 0
        private(set) var succeeded = 0
        /// By the provider's fault, or for lack of room there: what was wrong with a request does not count.
        private(set) var failed = 0
        /// Of those that succeeded.
        private(set) var durations = DurationTally()

        /// Of the attempts that tell something about the provider; nil: there were none.
        var successRate: Double? {
            succeeded + failed == 0 ? nil : Double(succeeded) / Double(succeeded + failed)
        }

        mutating func count(_ attempt: Attempt) {
            attempts += 1
            switch attempt.outcome {
            case .skipped: return
            case .succeeded:
                succeeded += 1
                durations.count(attempt.duration)
            case .failed(let error):
                switch HealthVerdict(.failed(error)) {
                case .needsRest, .refusesKey, .modelGone, .fails: failed += 1
                case .works, .silent: return
                }
            }
        }

        mutating func merge(_ other: Tally) {
            attempts += other.attempts
            succeeded += other.succeeded
            failed += other.failed
            durations.merge(other.durations)
        }
    }

    private var ring = [Minute](repeating: Minute(), count: length)

    /// - Parameter minute: the present one, counted from the start of the process.
    mutating func count(_ attempt: Attempt, minute: Int) {
        let place = minute % Self.length
        if ring[place].number < minute { ring[place] = Minute(number: minute) }
        ring[place].tally.count(attempt)
    }

    mutating func merge(_ other: RecentAttempts) {
        for (place, theirs) in other.ring.enumerated() where theirs.number >= ring[place].number {
            if theirs.number > ring[place].number { ring[place] = Minute(number: theirs.number) }
            ring[place].tally.merge(theirs.tally)
        }
    }

    /// All minutes of the last hour together.
    /// - Parameter minute: the present one.
    func total(minute: Int) -> Tally {
        ring.reduce(into: Tally()) { total, each in
            if each.number > minute - Self.length { total.merge(each.tally) }
        }
    }
}

/// The last hour of all providers, on one loop or on all.
struct AttemptHistory: Sendable {
    private var providers = NameTable<RecentAttempts>()

    /// - Parameter minute: the present one, counted from the start of the process.
    mutating func count(_ attempt: Attempt, _ names: MetricNames, minute: Int) {
        guard attempt.wasTried, !attempt.isUnrecorded else { return }
        let place = providers.place(of: names.provider(of: attempt.candidate), orNew: RecentAttempts())
        providers.values[place].count(attempt, minute: minute)
    }

    /// Forgets the providers that are configured no longer.
    mutating func keep(only names: MetricNames) {
        providers.keep { name, _ in names.providers.contains(name) }
    }

    mutating func merge(_ other: AttemptHistory) {
        for (name, attempts) in zip(other.providers.names, other.providers.values) {
            providers.values[providers.place(of: name, orNew: RecentAttempts())].merge(attempts)
        }
    }

    func total(of provider: String, minute: Int) -> RecentAttempts.Tally {
        providers.place(of: provider).map { providers.values[$0].total(minute: minute) } ?? RecentAttempts.Tally()
    }
}
