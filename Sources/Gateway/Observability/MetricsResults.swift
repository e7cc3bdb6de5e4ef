import Media

/// What one call has made, and in which time.
struct MadeResults: Sendable {
    let isVideo: Bool
    /// Who made each.
    let makers: [Candidate]
    let attempts: [Attempt]
    /// Of each video, in seconds; nil: nobody says.
    let length: Double?
    /// The attempts have seen all of the work; false: a process before this one began it.
    let isTimed: Bool

    /// nil: nothing was made.
    init?(_ outcome: borrowing DispatchOutcome, for request: borrowing GenerationRequest, isTimed: Bool) {
        guard case .success = outcome.result else { return nil }
        makers = outcome.makers
        attempts = outcome.attempts
        isVideo = request.operation.isVideo
        length = isVideo ? MadeResults.length(outcome, request) : nil
        self.isTimed = isTimed
    }

    var number: Int { makers.count }

    /// As the maker tells it; else as it was ordered, where nobody has changed the order.
    private static func length(_ outcome: borrowing DispatchOutcome, _ request: borrowing GenerationRequest) -> Double? {
        guard case .success(let result) = outcome.result else { return nil }
        let told = result.details["seconds"]
        if let told = told?.double ?? told?.string.flatMap(Double.init) { return told }
        switch request.operation {
        case .video, .remixVideo: break
        case .generate, .edit, .vary, .upscale, .removeBackground, .editVideo, .extendVideo: return nil
        }
        return result.warnings.contains { $0.field == "seconds" } ? nil : request.seconds.map(Double.init)
    }

    /// What a maker made, and the time of its attempts that made it.
    struct Share: Sendable {
        var maker: Candidate
        var number: Int
        var time: Duration
    }

    /// Calls with the share of each maker; never without times.
    func forEachShare(_ body: (Share) -> Void) {
        guard isTimed else { return }
        for index in makers.indices where makers.firstIndex(of: makers[index]) == index {
            let maker = makers[index]
            body(Share(maker: maker, number: makers.reduce(0) { $1 == maker ? $0 + 1 : $0 }, time: time(of: maker)))
        }
    }

    private func time(of maker: Candidate) -> Duration {
        var time = Duration.zero
        for index in attempts.indices where attempts[index].isSuccess && attempts[index].candidate == maker {
            time += attempts[index].duration
        }
        return time
    }
}

extension MetricHistogram {
    /// For one image.
    static let ofImages = MetricHistogram([0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 60, 120, 300])
    /// For one second of video: seconds.
    static let ofVideoSeconds = MetricHistogram([0.5, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60, 120, 300])
}
