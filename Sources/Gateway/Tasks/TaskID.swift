import Media
import Transport

/// The public name of a task: `image_` or `video_`, and 130 bits that nobody can guess.
enum TaskID {
    /// Characters behind the kind.
    private static let length = 26

    /// - Parameter entropy: at least 17 bytes nobody can guess.
    static func make(_ kind: GenerationTask.Kind, entropy: [UInt8]) -> String {
        prefix(of: kind) + Base32.text(of: entropy, length: length)
    }

    /// What a text names; nil for everything that cannot be a task's id, which no store is asked for.
    static func kind(of text: String) -> GenerationTask.Kind? {
        GenerationTask.Kind.allCases.first { kind in
            let (bytes, prefix) = (text.utf8, prefix(of: kind).utf8)
            return bytes.count == prefix.count + length && bytes.starts(with: prefix)
                && bytes.dropFirst(prefix.count).allSatisfy(Base32.alphabet.contains)
        }
    }

    /// Whether a text has the form of a task's id.
    static func isValid(_ text: String) -> Bool { kind(of: text) != nil }

    private static func prefix(of kind: GenerationTask.Kind) -> String { kind.rawValue + "_" }
}
