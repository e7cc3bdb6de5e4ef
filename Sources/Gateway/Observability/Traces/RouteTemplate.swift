/// Paths with their variable parts named, so that there are few of them: `/v1/tasks/{id}/events`.
enum RouteTemplate {
    /// Every fixed part of a path.
    private static let words: Set<Substring> = [
        "v1", "openai", "images", "videos", "generations", "edits", "variations", "upscale", "remove", "extensions", "remix", "content",
        "tasks", "cancel", "events", "explain", "models", "files", "openapi.json", "metrics", "healthz", "readyz", "me", "providers",
        "usage",
    ]

    /// nil for a path that is none of ours.
    static func text(of path: String, _ match: Route.Match) -> String? {
        switch match {
        case .notFound: return nil
        case .found(.console(let name)): return name == "index.html" ? "/" : "/\(name)"
        case .found, .wrongMethod: break
        }
        var template = ""
        for segment in path.split(separator: "/") {
            // The name of a model may hold slashes.
            if template.hasSuffix("/models") { return template + "/{model}" }
            template += words.contains(segment) ? "/\(segment)" : "/{id}"
        }
        return template.isEmpty ? "/" : template
    }
}
