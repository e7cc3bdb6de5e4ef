import HTTP
import Media

/// A path without variable parts.
struct FixedPath: Sendable {
    /// As `Route.normalized` writes it.
    let path: [UInt8]
    let route: Route
    let methods: [HTTPMethod]

    private init(_ path: String, _ route: Route, _ methods: HTTPMethod...) {
        self.path = Array(path.utf8)
        self.route = route
        self.methods = methods
    }

    /// The one with this text; nil where there is none.
    static func at(_ path: Swift.Span<UInt8>) -> FixedPath? {
        let all = all.span
        for index in all.indices where all[index].path.count == path.count && all[index].isAt(path) { return all[index] }
        return nil
    }

    /// - Parameter path: of the same length.
    private func isAt(_ path: Swift.Span<UInt8>) -> Bool {
        let mine = self.path.span
        for index in path.indices where path[index] != mine[index] { return false }
        return true
    }

    static let all = [
        FixedPath("images/generations", .images(.generate, .openAI), .post),
        FixedPath("images/edits", .images(.edit, .openAI), .post),
        FixedPath("images/variations", .images(.vary, .openAI), .post),
        FixedPath("images/upscale", .images(.upscale, .openAI), .post),
        FixedPath("images/remove", .images(.removeBackground, .openAI), .post),
        FixedPath("openai/images/generations", .images(.generate, .imageRouter), .post),
        FixedPath("openai/images/edits", .images(.edit, .imageRouter), .post),
        FixedPath("openai/videos/generations", .makeVideo(.video, source: nil, .imageRouter), .post),
        // What a list is to readers makes a video for who posts there.
        FixedPath("videos", .videos, .post, .get, .head),
        FixedPath("tasks", .tasks, .get, .head),
        FixedPath("explain", .explain, .post),
        FixedPath("models", .models, .get, .head),
        FixedPath("openapi.json", .description, .get, .head),
        FixedPath("me", .me, .get, .head),
        FixedPath("providers", .providers, .get, .head),
        FixedPath("metrics", .metrics, .get, .head),
        FixedPath("usage", .usage, .get, .head),
        FixedPath("healthz", .health, .get, .head),
        FixedPath("readyz", .readiness, .get, .head),
    ]
}
