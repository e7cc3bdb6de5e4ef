/// Builds the tree from events; what a configuration has no use for is a mistake: anchors, aliases, tags, keys that come twice.
struct YAMLComposer {
    private var events: ArraySlice<YAMLEvent>
    private let report: Report

    /// The one document of a text; nil where it is empty.
    static func compose(_ events: [YAMLEvent], report: Report) throws(YAMLSyntaxError) -> YAMLNode? {
        var composer = YAMLComposer(events: events[...], report: report)
        _ = composer.events.popFirst()
        guard let start = composer.events.popFirst(), start.kind == .documentStart else { return nil }
        let root = try composer.node(at: nil)
        _ = composer.events.popFirst()
        if let more = composer.events.first, more.kind == .documentStart {
            throw YAMLSyntaxError(line: more.line, message: "a second document; one file holds one configuration")
        }
        return root
    }

    private mutating func node(at path: String?) throws(YAMLSyntaxError) -> YAMLNode {
        guard let event = events.popFirst() else { throw YAMLSyntaxError(line: 1, message: "not valid YAML: it ends too soon") }
        if event.isDecorated { report.add("anchors and tags have no meaning here", key: path, line: event.line) }
        switch event.kind {
        case .scalar(let text, let isPlain):
            return YAMLNode(content: .scalar(YAMLScalar(text: text, written: text, isPlain: isPlain)), line: event.line)
        case .sequenceStart: return YAMLNode(content: .sequence(try elements(at: path)), line: event.line)
        case .mappingStart: return YAMLNode(content: .mapping(try members(at: path)), line: event.line)
        case .alias:
            report.add("aliases have no meaning here; write the value out", key: path, line: event.line)
            return YAMLNode(content: .invalid, line: event.line)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw YAMLSyntaxError(line: event.line, message: "not valid YAML: a value is missing")
        }
    }

    private mutating func elements(at path: String?) throws(YAMLSyntaxError) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while let event = events.first, event.kind != .sequenceEnd {
            elements.append(try node(at: KeyPathText.element(elements.count, of: path)))
        }
        _ = events.popFirst()
        return elements
    }

    private mutating func members(at path: String?) throws(YAMLSyntaxError) -> [YAMLMember] {
        var members: [YAMLMember] = []
        var lines: [String: Int] = [:]
        while let event = events.first, event.kind != .mappingEnd {
            let name = try node(at: path)
            guard case .scalar(let scalar) = name.content else {
                throw YAMLSyntaxError(line: event.line, message: "a key must be a text")
            }
            let path = KeyPathText.member(scalar.text, of: path)
            let value = try node(at: path)
            if let first = lines[scalar.text] {
                report.add("written twice; it is already on line \(first)", key: path, line: event.line)
            } else {
                lines[scalar.text] = event.line
                members.append(YAMLMember(name: scalar.text, line: event.line, value: value))
            }
        }
        _ = events.popFirst()
        return members
    }
}

/// How places in a configuration are written: `keys[0].name`.
enum KeyPathText {
    static func member(_ name: String, of path: String?) -> String { path.map { "\($0).\(name)" } ?? name }
    static func element(_ index: Int, of path: String?) -> String { "\(path ?? "")[\(index)]" }
}
