import Media

/// How far a task is, in percent, where its provider does not tell.
enum ProgressEstimate {
    /// The most that is told of a task that has not ended.
    private static let highest = 99
    /// What is told when the usual time is over; from there on it goes ever slower.
    private static let usual = 90.0

    /// The percent to tell: never lower than before, and 100 for a completed task alone.
    /// - Parameters:
    ///   - reported: the provider's own percent.
    ///   - elapsed: since the task began.
    ///   - typical: how long tasks of its model take.
    ///   - previous: what was told last.
    static func percent(of status: TaskStatus, reported: Int?, elapsed: Duration, typical: Duration, previous: Int = 0) -> Int {
        switch status {
        case .completed: 100
        case .failed, .cancelled, .queued: clamped(previous)
        case .inProgress: max(clamped(previous), clamped(reported ?? guess(elapsed: elapsed, typical: typical)))
        }
    }

    /// The same of a whole task.
    /// - Parameter now: seconds since 1970.
    static func percent(of task: GenerationTask, typical: Duration, now: Int, previous: Int = 0) -> Int {
        let elapsed = Duration.seconds(max(now - (task.startedAt ?? now), 0))
        return percent(of: task.status, reported: task.reportedProgress, elapsed: elapsed, typical: typical, previous: previous)
    }

    /// Even up to the usual time, then ever slower: 99 is never reached.
    private static func guess(elapsed: Duration, typical: Duration) -> Int {
        guard typical > .zero, elapsed > .zero else { return 0 }
        let share = elapsed / typical
        let percent = share <= 1 ? usual * share : usual + (Double(highest) - usual) * (1 - 1 / share)
        return min(Int(percent), highest - 1)
    }

    private static func clamped(_ percent: Int) -> Int { min(max(percent, 0), highest) }
}

/// How long the last tasks of each model took.
struct PastDurations: Sendable {
    /// Of each model.
    static let kept = 50
    static let maximumModels = 500

    private struct Past: Sendable {
        /// Oldest first.
        var durations: [Duration]
        var median: Duration
        var lastUse: Int
    }

    private var models: [String: Past] = [:]
    private var uses = 0

    var modelCount: Int { models.count }

    /// Takes note of a task that has completed. The model that has not completed any for longest makes room for a new one.
    mutating func add(_ duration: Duration, for model: String) {
        uses += 1
        var durations = models[model]?.durations ?? []
        if models[model] == nil { makeRoom() }
        durations.append(max(duration, .zero))
        durations = durations.suffix(PastDurations.kept)
        models[model] = Past(durations: durations, median: PastDurations.median(of: durations), lastUse: uses)
    }

    /// - Parameter seconds: as tasks are stored with.
    mutating func add(_ seconds: Int, for model: String) { add(.seconds(seconds), for: model) }

    /// nil: none has completed yet.
    func median(for model: String) -> Duration? { models[model]?.median }

    /// The median, or what is usual where nothing is known.
    func typical(for model: String, _ kind: GenerationTask.Kind) -> Duration {
        if let median = median(for: model), median > .zero { return median }
        switch kind {
        case .image: return .seconds(20)
        case .video: return .seconds(60)
        }
    }

    private mutating func makeRoom() {
        guard models.count >= PastDurations.maximumModels,
            let oldest = models.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
        else { return }
        models[oldest] = nil
    }

    private static func median(of durations: [Duration]) -> Duration {
        let sorted = durations.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
