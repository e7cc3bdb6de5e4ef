package import Media

/// What a provider's own codes and words mean, as data: asked before the rules that hold everywhere.
package struct CodeTable: Sendable {
    private let codes: [String: UpstreamError.Kind]
    private let containing: [(text: String, kind: UpstreamError.Kind)]
    private let phrases: [(text: String, kind: UpstreamError.Kind)]

    /// - Parameters:
    ///   - codes: by a whole code or type, in lower case.
    ///   - containing: by a part of a code or type, in lower case; the first that fits counts.
    ///   - phrases: by words in the message, in lower case; asked last.
    package init(
        codes: [String: UpstreamError.Kind] = [:], containing: [(String, UpstreamError.Kind)] = [],
        phrases: [(String, UpstreamError.Kind)] = []
    ) {
        self.codes = codes
        self.containing = containing.map { (text: $0.0, kind: $0.1) }
        self.phrases = phrases.map { (text: $0.0, kind: $0.1) }
    }

    /// nil for what is in none of the lists.
    package func kind(of body: UpstreamErrorBody) -> UpstreamError.Kind? {
        let names = body.names + [body.status.map(String.init)].compactMap(\.self)
        if let kind = names.lazy.compactMap({ codes[$0] }).first { return kind }
        if let found = containing.first(where: { entry in names.contains { $0.contains(entry.text) } }) { return found.kind }
        return phrases.first { Self.isOurs($0.kind) ? body.blamesUs(by: $0.text) : body.speaks(of: $0.text) }?.kind
    }

    /// What closes more than the one call that met it.
    private static func isOurs(_ kind: UpstreamError.Kind) -> Bool { [.keyRefused, .quotaExhausted, .modelGone].contains(kind) }

    /// For a classifier.
    package var rule: UpstreamErrorClassifier.Rule { { kind(of: $0.body) } }
}
