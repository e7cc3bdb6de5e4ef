import Media

/// What a model takes and makes, as its id tells.
enum BedrockModel: Sendable, Hashable {
    /// Amazon's image models: Nova Canvas, and Titan before it; also whatever is not known.
    case canvas
    /// Amazon's video models.
    /// - Parameter isMultiShot: version 1:1, which makes more than six seconds.
    case reel(isMultiShot: Bool)
    case stability(StabilityService)

    /// - Parameter id: with or without a region before it (`us.stability...`), or an ARN that holds it.
    init(_ id: String) {
        if id.contains("nova-reel") {
            self = .reel(isMultiShot: !id.contains("nova-reel-v1:0"))
        } else if id.contains("stability.") {
            self = .stability(StabilityService(id))
        } else {
            self = .canvas
        }
    }

    /// Of jobs; the rest answers at once.
    var isJob: Bool {
        switch self {
        case .reel: true
        case .canvas, .stability: false
        }
    }

    /// - Parameter makesVideos: there is a bucket for videos and a key pair that opens it.
    func capabilities(makesVideos: Bool) -> Capabilities {
        switch self {
        case .canvas: NovaCanvas.capabilities
        case .reel(let isMultiShot): NovaReel.capabilities(isMultiShot: isMultiShot, isPossible: makesVideos)
        case .stability(let service): service.capabilities
        }
    }

    /// The same as far as one operation goes.
    func capabilities(makesVideos: Bool, for operation: GenerationRequest.Operation) -> Capabilities {
        switch self {
        case .canvas: NovaCanvas.capabilities(for: operation)
        case .reel: capabilities(makesVideos: makesVideos).limited(to: operation)
        case .stability(let service): service.capabilities(for: operation)
        }
    }
}
