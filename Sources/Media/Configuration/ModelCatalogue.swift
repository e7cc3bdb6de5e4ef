/// All models that are served, and the other names they answer to.
package struct ModelCatalogue: Sendable {
    /// In the order in which they are listed.
    package let entries: [ModelEntry]
    /// Other name to model name; one step, never a chain.
    package let aliases: [String: String]
    /// What callers are told who use a former name.
    package let notices: [String: String]
    private let named: [String: ModelRoute]
    /// Longest first.
    private let patterns: [(prefix: String, entry: ModelEntry)]

    /// - Parameter entries: where a name comes twice, the first counts.
    package init(entries: [ModelEntry] = [], aliases: [String: String] = [:], notices: [String: String] = [:]) {
        self.entries = entries
        self.aliases = aliases
        self.notices = notices
        var named: [String: ModelRoute] = [:]
        var patterns: [(prefix: String, entry: ModelEntry)] = []
        for entry in entries {
            switch entry.pattern {
            case .name(let name): if named[name] == nil { named[name] = entry.route(for: name) }
            case .prefix(let prefix): patterns.append((prefix, entry))
            }
        }
        self.named = named
        self.patterns = patterns.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }

    /// What to tell a caller who asks for a model by a former name; nil where the name is good.
    package func notice(for name: String?) -> Warning? {
        name.flatMap { notices[$0] }.map { Warning(field: "model", message: $0) }
    }

    /// Names of all models that are not patterns, in the order in which they are listed.
    package var names: [String] {
        entries.compactMap { entry in
            switch entry.pattern {
            case .name(let name): name
            case .prefix: nil
            }
        }
    }

    /// Other names of a model, sorted.
    package func aliases(of model: String) -> [String] {
        aliases.filter { $0.value == model }.keys.sorted()
    }

    /// The route of the model that goes by a name: an exact name before an alias, an alias before a pattern, a longer pattern before a
    /// shorter one; nil for a model that is not served.
    package func route(for model: String) -> ModelRoute? {
        if let route = named[model] { return route }
        let model = aliases[model] ?? model
        if let route = named[model] { return route }
        return patterns.first { model.hasPrefix($0.prefix) }?.entry.route(for: model)
    }
}
