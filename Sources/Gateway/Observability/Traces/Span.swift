/// One span that is over, as it will be exported. Never a prompt, a key, or a text of a provider.
struct Span: Sendable, Hashable {
    /// By the numbers of OpenTelemetry's protocol.
    enum Kind: Int, Sendable { case server = 2, client = 3 }

    enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int)
        case number(Double)
    }

    struct Attribute: Sendable, Hashable {
        var name: String
        var value: Value
    }

    /// 32 lower-case hexadecimal digits.
    var traceID: String
    /// 8 bytes.
    var id: [UInt8]
    /// 16 lower-case hexadecimal digits; nil: the trace begins here.
    var parent: String?
    /// What further systems have to say, as it came.
    var state: String?
    var name: String
    var kind: Kind
    /// Nanoseconds since 1970.
    var begun: UInt64
    /// Nanoseconds since 1970.
    var ended: UInt64
    var isError = false
    private(set) var attributes: [Attribute] = []

    init(_ trace: TraceContext, id: [UInt8], parent: String?, name: String, kind: Kind, begun: UInt64, ended: UInt64) {
        traceID = trace.traceID
        state = trace.state
        self.id = id
        self.parent = parent
        self.name = name
        self.kind = kind
        self.begun = begun
        self.ended = max(begun, ended)
    }

    mutating func add(_ name: String, _ value: Value?) {
        if let value { attributes.append(Attribute(name: name, value: value)) }
    }

    /// At most 256 bytes of a text, about.
    mutating func add(_ name: String, _ text: String?) {
        add(name, text.map { .text($0.utf8.count <= 256 ? $0 : String(decoding: $0.utf8.prefix(256), as: UTF8.self)) })
    }
}
