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

    /// What a maker made, and the time of its attempts that made it.
    struct Share: Sendable {
        var maker: Candidate
        var number: Int
        var time: Duration
    }

    /// Of each maker; empty without times.
    var shares: [Share] {
        var shares: [Share] = []
        for maker in isTimed ? makers : [] {
            if let index = shares.firstIndex(where: { $0.maker == maker }) {
                shares[index].number += 1
            } else {
                shares.append(Share(maker: maker, number: 1, time: time(of: maker)))
            }
        }
        return shares
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
