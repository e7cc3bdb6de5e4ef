/// What somebody may have meant.
enum Suggestion {
    /// ` (did you mean "base_url"?)`, or nothing where no candidate is near.
    static func text(for word: String, among candidates: some Sequence<String>) -> String {
        nearest(to: word, among: candidates).map { " (did you mean \"\($0)\"?)" } ?? ""
    }

    /// The candidate with the fewest edits, at most one for three characters; the first in alphabetical order where several are as near.
    static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let allowed = max(1, min(word.count, 24) / 3)
        let near = candidates.filter { abs($0.count - word.count) <= allowed }.map { ($0, distance(word.lowercased(), $0.lowercased())) }
        return near.filter { $0.1 <= allowed }.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// Insertions, deletions, replacements and swaps of neighbours.
    static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first), Array(second))
        var older = [Int](repeating: 0, count: second.count + 1)
        var old = Array(0...second.count)
        for i in first.indices {
            var row = [i + 1]
            for j in second.indices {
                var best = min(old[j + 1] + 1, row[j] + 1, old[j] + (first[i] == second[j] ? 0 : 1))
                if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] { best = min(best, older[j - 1] + 1) }
                row.append(best)
            }
            (older, old) = (old, row)
        }
        return old[second.count]
    }
}
