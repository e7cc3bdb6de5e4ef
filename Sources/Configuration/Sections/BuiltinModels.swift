import Media

/// Models that are served without being written.
enum BuiltinModels {
    /// Other names of built-in models.
    static let aliases = ["test/test": "test/image", "ir/test-video": "test/video"]

    /// Pictures and videos, failures to rehearse with, and two that show a fallback: of the one with videos, a job fails only in the end.
    static let test: [ModelEntry] =
        [entry("test/image", ["image"]), entry("test/fallback", ["429", "503", "image"])]
        + [entry("test/video", ["video"]), entry("test/video-fallback", ["503", "video-fails", "video"])]
        + [
            "429", "503", "timeout", "refuse", "moderated", "reset-after-send", "slow", "flaky", "video-slow", "video-fails",
            "video-moderated",
        ].map { entry("test/\($0)", [$0]) }

    /// All of them.
    static var names: [String] { ModelCatalogue(entries: test).names }

    private static func entry(_ name: String, _ upstreamModels: [String]) -> ModelEntry {
        ModelEntry(pattern: .name(name), steps: upstreamModels.map { RouteStep(provider: ProviderTypes.test, upstreamModel: $0) })
    }
}
