/// Puts the environment's values into the scalars of a tree.
struct EnvironmentSubstitution {
    let references: [EnvironmentReferences.Reference]
    let environment: [String: String]
    let report: Report

    /// The node with its variables replaced; a scalar with a missing one becomes invalid.
    func applied(to node: YAMLNode, at path: String? = nil) -> YAMLNode {
        switch node.content {
        case .scalar(let scalar): YAMLNode(content: content(of: scalar, at: path, line: node.line), line: node.line)
        case .sequence(let elements):
            YAMLNode(
                content: .sequence(elements.enumerated().map { applied(to: $1, at: KeyPathText.element($0, of: path)) }), line: node.line)
        case .mapping(let members): YAMLNode(content: .mapping(members.map { applied(to: $0, at: path) }), line: node.line)
        case .invalid: node
        }
    }

    private func applied(to member: YAMLMember, at path: String?) -> YAMLMember {
        let name = pieces(of: member.name).map(\.written).joined()
        let path = KeyPathText.member(name, of: path)
        if name != member.name { report.add("a key cannot hold a variable", key: path, line: member.line) }
        return YAMLMember(name: name, line: member.line, value: applied(to: member.value, at: path))
    }

    private func content(of scalar: YAMLScalar, at path: String?, line: Int) -> YAMLNode.Content {
        let pieces = pieces(of: scalar.text)
        let problems = pieces.compactMap(\.problem)
        for problem in problems { report.add(problem, key: path, line: line) }
        guard problems.isEmpty else { return .invalid }
        return .scalar(YAMLScalar(text: pieces.map(\.text).joined(), written: pieces.map(\.written).joined(), isPlain: scalar.isPlain))
    }

    private static let malformed = "${ must start ${NAME} or ${NAME:-default}; $${ writes it as text"

    private struct Piece {
        var text: String
        var written: String
        var problem: String?
    }

    private func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        let parts = text.unicodeScalars.split(separator: EnvironmentReferences.open, omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            var plain = Substring(part)
            if index > 0, let close = part.firstIndex(of: EnvironmentReferences.close), let number = Int(String(part[..<close])) {
                pieces.append(piece(for: references[number]))
                plain = Substring(part[part.index(after: close)...])
            }
            pieces.append(Piece(text: String(plain), written: String(plain)))
        }
        return pieces
    }

    private func piece(for reference: EnvironmentReferences.Reference) -> Piece {
        switch reference.kind {
        case .escaped: Piece(text: "${", written: reference.written)
        case .malformed: Piece(text: "", written: reference.written, problem: Self.malformed)
        case .variable(let name, let fallback): piece(for: name, fallback: fallback, written: reference.written)
        }
    }

    private func piece(for name: String, fallback: String?, written: String) -> Piece {
        let value = environment[name]
        if let fallback { return Piece(text: value.flatMap { $0.isEmpty ? nil : $0 } ?? fallback, written: written) }
        guard let value else { return Piece(text: "", written: written, problem: "the environment variable \(name) is not set") }
        return Piece(text: value, written: written)
    }
}
