package import Media

/// Quality words of other generations of models, said in those that a provider knows.
package enum QualityScale {
    /// The word as it is where it is known, else its nearest: `hd`, `xhigh` and `max` are `high`, `standard` is `medium`.
    package static func nearest(to word: String, in known: Set<String>) -> String {
        guard !known.contains(word) else { return word }
        switch word {
        case "hd", "xhigh", "max": return "high"
        case "standard": return "medium"
        case _: return word
        }
    }

    /// What to tell the caller whose word was replaced; nil where it was not.
    package static func warning(for word: String?, in known: Set<String>) -> Warning? {
        guard let word else { return nil }
        let sent = nearest(to: word, in: known)
        return sent == word ? nil : Warning(field: "quality", message: "\"\(word)\" became \"\(sent)\"")
    }
}
