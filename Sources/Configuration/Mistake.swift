/// Something wrong in what the operator wrote, in one line and with its place.
package struct Mistake: Sendable, Hashable, CustomStringConvertible {
    /// nil: it is not in a file but in the environment or on the command line.
    package var file: String?
    /// From 1; nil: the file as a whole.
    package var line: Int?
    /// The path of the key, such as `providers.studio.base_url`; nil: the file as a whole.
    package var key: String?
    /// No secret.
    package var message: String

    /// `config/zoetrope.yaml:14: providers.studio.base_url: "htp://..." is not an http(s) URL`.
    package var description: String {
        let place = file.map { file in line.map { "\(file):\($0)" } ?? file }
        return [place, key, message].compactMap(\.self).joined(separator: ": ")
    }
}

/// Everything that is wrong, by line.
package struct ConfigurationMistakes: Error, Sendable, Hashable, CustomStringConvertible {
    /// At least one.
    package var mistakes: [Mistake]

    /// One line for each mistake.
    package var description: String { mistakes.map(\.description).joined(separator: "\n") }
}

/// Collects mistakes while a configuration is read.
final class Report {
    let file: String?
    private(set) var mistakes: [Mistake] = []

    init(file: String?) {
        self.file = file
    }

    /// - Parameter line: nil where the value comes from outside the file.
    func add(_ message: String, key: String?, line: Int?) {
        mistakes.append(Mistake(file: line == nil ? nil : file, line: line, key: key, message: message))
    }

    /// What another report of another file has.
    func add(contentsOf other: Report) {
        mistakes += other.mistakes
    }

    /// For what is wrong with the file as a whole.
    func add(_ message: String) {
        mistakes.append(Mistake(file: file, line: nil, key: nil, message: message))
    }

    /// All mistakes by line, those without a line first, those of another file last; nil where there are none.
    var summary: ConfigurationMistakes? {
        guard !mistakes.isEmpty else { return nil }
        func place(_ mistake: Mistake, _ offset: Int) -> (Int, Int, Int) {
            (mistake.file == nil || mistake.file == file ? 0 : 1, mistake.line ?? 0, offset)
        }
        let sorted = mistakes.enumerated().sorted { place($0.element, $0.offset) < place($1.element, $1.offset) }
        return ConfigurationMistakes(mistakes: sorted.map(\.element))
    }
}
