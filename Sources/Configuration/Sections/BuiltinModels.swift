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

    private static func entry(_ name: String, _ upstreamModels: [String]) -> ModelEntry {
        ModelEntry(pattern: .name(name), steps: upstreamModels.map { RouteStep(provider: ProviderType.test, upstreamModel: $0) })
    }

    /// Names of well-known image models, by the provider types that serve them; `*` stands for the name.
    private static let wellKnown: [(names: [String], upstream: [String: String])] = [
        (
            ["gpt-image-2", "gpt-image-1.5", "gpt-image-1-mini"],
            ["openai": "*", "imagerouter": "openai/*", "infron": "openai/*/text-to-image"]
        )
    ]

    /// Routes of well-known models through the providers that serve them at their own address, in the providers' order.
    static func wellKnown(through providers: [ProviderSettings]) -> [ModelEntry] {
        let own = providers.filter { $0.baseURL == nil }
        return wellKnown.flatMap { row in
            row.names.compactMap { name in
                let steps = own.compactMap { provider in
                    row.upstream[provider.type].map { RouteStep(provider: provider.name, upstreamModel: replacingStar(in: $0, by: name)) }
                }
                return steps.isEmpty ? nil : ModelEntry(pattern: .name(name), steps: steps)
            }
        }
    }

    private static func replacingStar(in text: String, by name: String) -> String {
        text.split(separator: "*", omittingEmptySubsequences: false).joined(separator: name)
    }
}
