package import Media

/// The built-in models: those that draw, and failures to rehearse with.
package enum TestModel: String, Sendable, CaseIterable {
    /// Draws a picture.
    case image
    /// 429 with a Retry-After of one second.
    case rateLimited = "429"
    /// 503.
    case overloaded = "503"
    /// Never answers.
    case timeout
    /// Refuses the connection.
    case refuse
    /// Refuses the content.
    case moderated
    /// Closes the connection once it has the request.
    case resetAfterSend = "reset-after-send"
    /// Draws a picture after `seconds`, 5 when not said.
    case slow
    /// Draws a picture or makes a video, but answers 503 to every second call.
    case flaky
    /// Makes a video in a job of three seconds, or of `test_seconds`.
    case video
    /// Makes a video in a job of half a minute.
    case slowVideo = "video-slow"
    /// Takes a job, which fails in the end.
    case failingVideo = "video-fails"
    /// Takes a job, whose result is refused in the end.
    case moderatedVideo = "video-moderated"

    /// - Parameter upstreamModel: with or without `test/`; `test` is another name of `image`.
    package init?(upstreamModel: String) {
        let name = upstreamModel.hasPrefix("test/") ? String(upstreamModel.dropFirst(5)) : upstreamModel
        guard let model = name == "test" ? .image : TestModel(rawValue: name) else { return nil }
        self = model
    }

    package var makesImages: Bool {
        switch self {
        case .image, .slow, .rateLimited, .overloaded, .timeout, .refuse, .moderated, .resetAfterSend, .flaky: true
        case .video, .slowVideo, .failingVideo, .moderatedVideo: false
        }
    }

    package var makesVideos: Bool {
        switch self {
        case .image, .slow: false
        case .video, .slowVideo, .failingVideo, .moderatedVideo: true
        case .rateLimited, .overloaded, .timeout, .refuse, .moderated, .resetAfterSend, .flaky: true
        }
    }

    package var capabilities: Capabilities {
        let operations = GenerationRequest.Operation.allCases.filter { $0.isVideo ? makesVideos : makesImages }
        return Capabilities(
            operations: Set(operations), acceptsMask: makesImages, maximumInputs: 16, maximumCount: makesImages ? 10 : 1,
            acceptsVideoFile: makesVideos, encodings: makesImages ? [.png] : nil, transparentBackground: makesImages,
            streams: makesImages, submitsJobs: !makesImages)
    }
}
