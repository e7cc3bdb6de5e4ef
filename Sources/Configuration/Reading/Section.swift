/// A mapping of which the keys are known. Reading it says what is wrong; what is wrong or absent reads as nil.
struct Section<Key: SectionKey> {
    /// nil: the whole file.
    let path: String?
    /// From 1; nil: nothing of it is written.
    let line: Int?
    /// Members that `Key` does not name and that were allowed.
    let extras: [YAMLMember]
    let report: Report
    private let members: [Key: YAMLMember]

    /// - Parameter allowed: names that are known here besides the keys.
    init(_ node: YAMLNode?, at path: String?, also allowed: [String] = [], report: Report) {
        let found = Members.of(node, at: path, report: report)
        var members: [Key: YAMLMember] = [:]
        var extras: [YAMLMember] = []
        for member in found {
            if let key = Key(rawValue: member.name) {
                members[key] = member
            } else if allowed.contains(member.name) {
                extras.append(member)
            } else {
                let meant = Suggestion.text(for: member.name, among: Key.allCases.map(\.rawValue) + allowed)
                report.add("unknown key\(meant)", key: KeyPathText.member(member.name, of: path), line: member.line)
            }
        }
        self.path = path
        self.line = node?.line
        self.report = report
        self.members = members
        self.extras = extras
    }

    func has(_ key: Key) -> Bool { members[key] != nil }

    func node(_ key: Key) -> YAMLNode? { members[key]?.value }

    func path(of key: Key) -> String { KeyPathText.member(key.rawValue, of: path) }

    /// Says that something is wrong with a key, or with its section where the key is absent.
    func mistake(_ key: Key, _ message: String) {
        report.add(message, key: path(of: key), line: members[key]?.value.line ?? line)
    }

    /// One value.
    func value<T>(_ key: Key, isSecret: Bool = false, _ parse: (String) throws(InvalidValue) -> T) -> T? {
        guard let node = node(key) else { return nil }
        return Scalars.value(of: node, at: path(of: key), isSecret: isSecret, report: report, parse)
    }

    func integer(_ key: Key, in range: ClosedRange<Int>) -> Int? {
        value(key) { text throws(InvalidValue) in try Parse.integer(text, in: range) }
    }

    /// A list, or one value where a list has one element.
    func values<T>(_ key: Key, _ parse: (String) throws(InvalidValue) -> T) -> [T]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let elements) = node.content else { return value(key, parse).map { [$0] } ?? [] }
        return elements.enumerated().compactMap { index, element in
            Scalars.value(of: element, at: KeyPathText.element(index, of: path(of: key)), report: report, parse)
        }
    }

    /// A section inside this one; an empty one where it is absent.
    func section<Inner: SectionKey>(_ key: Key, as inner: Inner.Type = Inner.self) -> Section<Inner> {
        Section<Inner>(node(key), at: path(of: key), report: report)
    }

    /// A mapping of which the operator chooses the names.
    func members(_ key: Key) -> [YAMLMember] {
        Members.of(node(key), at: path(of: key), report: report)
    }

    /// A list of anything.
    func elements(_ key: Key) -> [YAMLNode] {
        guard let node = node(key), !node.isNull, node.content != .invalid else { return [] }
        guard case .sequence(let elements) = node.content else {
            mistake(key, "must be a list")
            return []
        }
        return elements
    }
}

/// Reads mappings.
enum Members {
    /// Nothing for what is absent, empty or wrong.
    static func of(_ node: YAMLNode?, at path: String?, report: Report) -> [YAMLMember] {
        guard let node, !node.isNull, node.content != .invalid else { return [] }
        guard case .mapping(let members) = node.content else {
            report.add("must be a mapping of keys to values", key: path, line: node.line)
            return []
        }
        return members
    }
}

/// Reads single values.
enum Scalars {
    /// - Parameter isSecret: the value is not quoted when it is wrong.
    static func value<T>(
        of node: YAMLNode, at path: String, isSecret: Bool = false, report: Report, _ parse: (String) throws(InvalidValue) -> T
    ) -> T? {
        guard node.content != .invalid else { return nil }
        guard case .scalar(let scalar) = node.content, !node.isNull else {
            report.add(node.isNull ? "has no value" : "must be a single value", key: path, line: node.line)
            return nil
        }
        do throws(InvalidValue) {
            return try parse(scalar.text)
        } catch {
            report.add("\(isSecret ? "the value" : quoted(scalar.written)) \(error.message)", key: path, line: node.line)
            return nil
        }
    }

    /// Between quotes, in one line and not too long.
    static func quoted(_ text: String) -> String {
        let shown = text.count > 80 ? "\(text.prefix(77))..." : text
        let safe = shown.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : Character($0) }
        return "\"\(String(safe))\""
    }
}
