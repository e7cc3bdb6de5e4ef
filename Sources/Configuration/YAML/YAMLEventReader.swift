import CYAML

/// libyaml's parser. The only place that knows it.
struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    // libyaml keeps pointing into its input until it is deleted, so the copy lives exactly as long as the parser.
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// - Parameter bytes: UTF-8.
    init(_ bytes: [UInt8]) {
        input = .allocate(capacity: bytes.count + 1)
        _ = input.initialize(from: bytes + [0])
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("yaml_parser_initialize: out of memory") }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// Mappings and sequences inside each other.
    static let maximumDepth = 16

    /// All events of a text, from `streamStart` to `streamEnd`; starts and ends match.
    static func events(of bytes: [UInt8]) throws(YAMLSyntaxError) -> [YAMLEvent] {
        let reader = YAMLEventReader(bytes)
        var events: [YAMLEvent] = []
        var depth = 0
        while true {
            let event = try reader.next()
            events.append(event)
            switch event.kind {
            case .sequenceStart, .mappingStart: depth += 1
            case .sequenceEnd, .mappingEnd: depth -= 1
            case .streamEnd: return events
            case .streamStart, .documentStart, .documentEnd, .scalar, .alias: break
            }
            // Here and not later: libyaml slows down with the square of the depth.
            guard depth <= maximumDepth else { throw YAMLSyntaxError(line: event.line, message: "nested too deeply") }
        }
    }

    private func next() throws(YAMLSyntaxError) -> YAMLEvent {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError }
            defer { yaml_event_delete(&event) }
            if let known = Self.event(from: event) { return known }
        }
    }

    private var syntaxError: YAMLSyntaxError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "out of memory"
        // A reader error knows its offset, the others know their mark.
        let line = state.error == YAML_READER_ERROR ? line(at: state.problem_offset) : Int(state.problem_mark.line) + 1
        return YAMLSyntaxError(line: line, message: "not valid YAML: \(problem)")
    }

    private func line(at offset: Int) -> Int {
        input.prefix(offset).reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    }

    /// nil for an event that means nothing here.
    private static func event(from event: yaml_event_t) -> YAMLEvent? {
        let line = Int(event.start_mark.line) + 1
        switch event.type {
        case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, line: line)
        case YAML_STREAM_END_EVENT: return YAMLEvent(kind: .streamEnd, line: line)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, line: line)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, line: line)
        case YAML_ALIAS_EVENT: return YAMLEvent(kind: .alias, line: line)
        case YAML_SCALAR_EVENT: return scalar(event.data.scalar, line: line)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return YAMLEvent(kind: .sequenceStart, line: line, isDecorated: start.anchor != nil || start.tag != nil)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, line: line)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return YAMLEvent(kind: .mappingStart, line: line, isDecorated: start.anchor != nil || start.tag != nil)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, line: line)
        case _: return nil
        }
    }

    private static func scalar(_ scalar: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar, line: Int) -> YAMLEvent {
        let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        return YAMLEvent(
            kind: .scalar(String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), line: line,
            isDecorated: scalar.anchor != nil || scalar.tag != nil)
    }
}
