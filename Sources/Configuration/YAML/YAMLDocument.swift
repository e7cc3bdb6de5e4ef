/// From the bytes of a file to a tree, with every mistake on the way.
enum YAMLDocument {
    /// Bytes.
    static let maximumLength = 1 << 20

    /// nil where the text cannot be read at all, which the report then says; an empty text is an empty mapping.
    static func read(_ bytes: [UInt8], environment: [String: String], report: Report) -> YAMLNode? {
        guard bytes.count <= maximumLength else {
            report.add("larger than 1 MiB")
            return nil
        }
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        if let line = lineOfMark(in: bytes) {
            report.add("the characters U+F8FE and U+F8FF cannot be used", key: nil, line: line)
            return nil
        }
        let marked = EnvironmentReferences(in: bytes)
        do throws(YAMLSyntaxError) {
            let root = try YAMLComposer.compose(YAMLEventReader.events(of: marked.text), report: report)
            let tree = root ?? YAMLNode(content: .mapping([]), line: 1)
            return EnvironmentSubstitution(references: marked.references, environment: environment, report: report).applied(to: tree)
        } catch {
            report.add(error.message, key: nil, line: error.line)
            return nil
        }
    }

    private static func lineOfMark(in bytes: [UInt8]) -> Int? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let marks = [EnvironmentReferences.open, EnvironmentReferences.close].map { Array(String(Character($0)).utf8) }
        return lines.firstIndex { line in
            line.contains(0xEF) && marks.contains { mark in line.indices.contains { line[$0...].starts(with: mark) } }
        }.map { $0 + 1 }
    }
}
