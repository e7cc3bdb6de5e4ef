/// Quality words of other generations of models, said in those that a provider knows.
package enum QualityScale {
    /// The word as it is where it is known, else its nearest: `hd`, `xhigh` and `max` are `high`, `standard` is `medium`; nil where that is not
    /// known, either.
    package static func nearest(to word: String, in known: Set<String>) -> String? {
        if known.contains(word) { return word }
        let other =
            switch word {
            case "hd", "xhigh", "max": "high"
            case "high": "hd"
            case "standard": "medium"
            case "low", "medium": "standard"
            case _: word
            }
        return known.contains(other) ? other : nil
    }
}
