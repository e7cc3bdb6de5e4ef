import HTTP
package import Media

/// Luma's Dream Machine: Photon makes pictures, Ray makes videos, both as generations that are polled. Inputs are public addresses alone.
///
/// https://docs.lumalabs.ai
package struct LumaProvider: RemoteProvider {
    package static let type = "luma"
    package static let description = ProviderDescription(
        name: "Luma", documentation: "https://docs.lumalabs.ai", keyVariable: "LUMAAI_API_KEY", examples: ["photon-1", "ray-2"])
    static let service = "https://api.lumalabs.ai/dream-machine/v1"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(secrets: endpoint.secrets, now: settings.now, rule: Self.kind)
    }

    /// Where requests go and what they carry.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        let isImage = upstreamModel.hasPrefix("photon")
        let isVideo = upstreamModel.hasPrefix("ray")
        let images: Set<GenerationRequest.Operation> = [.generate, .edit]
        let videos: Set<GenerationRequest.Operation> = [.video, .editVideo, .remixVideo, .extendVideo]
        return Capabilities(
            operations: isImage ? images : isVideo ? videos : images.union(videos), maximumInputs: isVideo ? 2 : 4,
            acceptsInputURLs: true, inputForm: .address, shapes: isImage ? Self.pictures : Self.videos,
            seconds: isImage ? nil : [5, 9], acceptsVideoFile: !isImage, encodings: isVideo ? [] : [.jpeg, .png],
            droppedFields: Self.foreignFields, submitsJobs: true)
    }

    /// What is changed has the length and the shape of its video; only what was made here goes on.
    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities(for: upstreamModel).limited(to: operation)
        switch operation {
        case .generate, .edit, .vary, .upscale, .removeBackground:
            limited.shapes = Self.pictures
            limited.seconds = nil
        case .video: (limited.maximumInputs, limited.encodings) = (min(limited.maximumInputs, 2), [])
        case .extendVideo: (limited.maximumInputs, limited.acceptsVideoFile, limited.encodings) = (1, false, [])
        case .editVideo, .remixVideo:
            limited = limited.keepingSize()
            (limited.maximumInputs, limited.seconds, limited.encodings) = (1, [], [])
            limited.droppedFields.formUnion(["aspect_ratio", "resolution"])
        }
        return limited
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            let (path, fields) = try LumaFields.submit(request)
            return endpoint.post(path, .json(.object(fields)))
        case .resume(let operation): return endpoint.get(url(of: operation))
        case .cancel(let operation): return endpoint.delete(url(of: operation))
        case .upload: throw .unsayable(nil, "Luma takes images by their address")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        if case .cancel = step {
            guard response.status.isSuccess || response.status.code == 404 else { throw classifier.error(for: response, at: step) }
            return .cancelled
        }
        do throws(UpstreamError) {
            let json = try classifier.success(of: response, at: step)
            return try classifier.generation(reply(json), in: response, at: step, failures: Self.failures)
        } catch {
            throw error.blamingSource(at: step)
        }
    }
}

extension LumaProvider {
    static let foreignFields: Set<String> = [
        "quality", "background", "user", "seed", "output_compression", "moderation", "style", "negative_prompt",
    ]

    private static let pictures = ShapeRule(["1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21"])
    private static let videos = ShapeRule(
        pictures.ratios,
        tiers: [SizeTier("540p", 540), SizeTier("720p", 720), SizeTier("1080p", 1080), SizeTier("4k", 2160)], measure: .shortSide)

    /// A job tells only in words why it failed (the words are unconfirmed).
    private static let failures = CodeTable(phrases: [
        ("moderation", .moderated), ("moderated", .moderated), ("content policy", .moderated), ("internal error", .jobFailed),
    ])

    /// Words in the messages of refusals (statuses and words are unconfirmed).
    private static let refusals = CodeTable(phrases: [
        ("moderation", .moderated), ("moderated", .moderated), ("insufficient credit", .quotaExhausted),
        ("not enough credit", .quotaExhausted), ("no credits", .quotaExhausted),
    ])

    @Sendable private static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        [400, 402, 403, 422].contains(refusal.status) ? refusals.kind(of: refusal.body) : nil
    }

    private func url(of operation: RemoteOperation) -> HTTPURL {
        endpoint.baseURL.appending(path: "generations").appending(segment: operation.id)
    }

    /// The address of a video is remembered: what changes it later names it so.
    private func reply(_ json: JSONValue) -> JobReply {
        var reply = JobReply(JobState(json["state"]?.filled), id: json["id"]?.filled)
        if case .failed(let word) = reply.state {
            reply.error = UpstreamErrorBody(message: json["failure_reason"]?.filled ?? "the generation ended \(word)")
        }
        let video = json["assets"]?["video"]?.filled
        if let video { reply.memory["video"] = .string(video) }
        let content = (video ?? json["assets"]?["image"]?.filled).flatMap { ImagesAnswer.remoteContent($0, base: endpoint.baseURL) }
        reply.result = content.map { GenerationResult(assets: [MediaAsset(content: $0)]) }
        return reply
    }
}
