import Media

extension ModelCatalogue {
    /// What the file writes, then the built-in models that it does not write itself. Without `models`, well-known models take its place.
    init(_ root: Section<RootKey>, providers: Providers, catalogue: Catalogue) {
        var entries = root.members(.models).compactMap { ModelReader($0, root: root, providers: providers).entry }
        if !root.has(.models) { entries += catalogue.entries(through: providers.ofTheirOwn, ordered: root.line != nil) }
        let written = Set(entries.map(\.pattern))
        entries += BuiltinModels.test.filter { !written.contains($0.pattern) }
        let plain = ModelCatalogue(entries: entries)
        var aliases = BuiltinModels.aliases.filter { !plain.names.contains($0.key) }
        for member in root.members(.aliases) {
            if let model = Self.target(of: member, root: root, models: plain) { aliases[member.name] = model }
        }
        var notices: [String: String] = [:]
        for (name, alias) in catalogue.aliases where !plain.names.contains(name) && plain.route(for: alias.model) != nil {
            guard aliases[name] == nil else { continue }
            aliases[name] = alias.model
            notices[name] = alias.notice
        }
        self.init(entries: entries, aliases: aliases, notices: notices)
    }

    private static func target(of member: YAMLMember, root: Section<RootKey>, models: ModelCatalogue) -> String? {
        let path = KeyPathText.member(member.name, of: root.path(of: .aliases))
        let pattern = ModelPattern(parsing: member.name)
        if pattern != .name(member.name) {
            root.report.add("\(Scalars.quoted(member.name)) is not a model name", key: path, line: member.line)
        } else if models.names.contains(member.name) {
            root.report.add("is the name of a model, too", key: path, line: member.line)
        }
        return Scalars.value(of: member.value, at: path, report: root.report) { model throws(InvalidValue) in
            guard models.route(for: model) == nil else { return model }
            throw InvalidValue("is no model\(Suggestion.text(for: model, among: models.names))")
        }
    }
}

/// Reads one member of `models`.
private struct ModelReader {
    let name: String
    let line: Int
    let section: Section<ModelKey>
    let providers: Providers

    init(_ member: YAMLMember, root: Section<RootKey>, providers: Providers) {
        name = member.name
        line = member.line
        section = Section(member.value, at: KeyPathText.member(member.name, of: root.path(of: .models)), report: root.report)
        self.providers = providers
    }

    /// nil for a name that cannot be; with an empty route where that is wrong, so that references to the model are not mistakes, too.
    var entry: ModelEntry? {
        let policy = ModelPolicy(
            price: Price(section.section(.price)), ambiguous: section.value(.ambiguous, Parse.choice),
            fallsBackOnModeration: section.value(.fallsBackOnModeration, Parse.boolean) ?? false)
        let steps = steps
        guard let pattern = ModelPattern(parsing: name) else {
            let message = "\(Scalars.quoted(name)) is neither a model name nor a start with one \"*\" behind it"
            section.report.add(message, key: section.path, line: line)
            return nil
        }
        return ModelEntry(pattern: pattern, steps: steps, policy: policy)
    }

    private var steps: [RouteStep] {
        guard let node = section.node(.route) else {
            section.report.add("route is missing", key: section.path, line: line)
            return []
        }
        let steps = section.values(.route, step) ?? []
        if node.content == .sequence([]) { section.mistake(.route, "must name at least one provider") }
        if Set(steps).count < steps.count { section.mistake(.route, "names a candidate twice") }
        return steps
    }

    private func step(_ text: String) throws(InvalidValue) -> RouteStep {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let provider = parts.first.map(String.init) ?? ""
        guard providers.names.contains(provider) else {
            throw InvalidValue("names no provider\(Suggestion.text(for: provider, among: providers.names))")
        }
        guard parts.count == 2 else { return RouteStep(provider: provider) }
        guard case .name(let model) = ModelPattern(parsing: String(parts[1])) else {
            throw InvalidValue("is neither a provider nor provider/upstream-model")
        }
        return RouteStep(provider: provider, upstreamModel: model)
    }
}
