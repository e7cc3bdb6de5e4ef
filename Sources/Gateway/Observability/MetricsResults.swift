import Media

/// What one call has made, and in which time.
struct MadeResults: Sendable {
    let number: Int
    let isVideo: Bool
    /// Who made each.
    let makers: [Candidate]
    let attempts: [Attempt]
    /// Of each video, in seconds; nil: nobody says.
    let length: Double?
    /// The attempts have seen all of the work; false: a process before this one began it.
    let isTimed: Bool

    /// nil: nothing was made.
    init?(_ outcome: DispatchOutcome, for request: GenerationRequest, isTimed: Bool) {
        guard case .success(let result) = outcome.result else { return nil }
        number = result.assets.count
        isVideo = request.operation.isVideo
        makers = outcome.makers
        attempts = outcome.attempts
        length = isVideo ? MadeResults.length(result, request) : nil
        self.isTimed = isTimed
    }

    /// As the maker tells it; else as it was ordered, where nobody has changed the order.
    private static func length(_ result: GenerationResult, _ request: GenerationRequest) -> Double? {
        let told = result.details["seconds"]
        if let told = told?.double ?? told?.string.flatMap(Double.init) { return told }
        switch request.operation {
        case .video, .remixVideo: break
        case .generate, .edit, .vary, .upscale, .removeBackground, .editVideo, .extendVideo: return nil
        }
        return result.warnings.contains { $0.field == "seconds" } ? nil : request.seconds.map(Double.init)
    }

    /// What each maker made, and the time of its attempts that made it.
    var shares: [(maker: Candidate, number: Int, time: Duration)] {
        guard isTimed else { return [] }
        return makers.indices.filter { makers.firstIndex(of: makers[$0]) == $0 }.map { first in
            let maker = makers[first]
            let time = attempts.filter { $0.candidate == maker && $0.isSuccess }.reduce(.zero) { $0 + $1.duration }
            return (maker, makers.count { $0 == maker }, time)
        }
    }
}

extension MetricHistogram {
    /// For one image.
    static let ofImages = MetricHistogram([0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 60, 120, 300])
    /// For one second of video: seconds.
    static let ofVideoSeconds = MetricHistogram([0.5, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60, 120, 300])
}
