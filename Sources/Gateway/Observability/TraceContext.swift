import HTTP
import Transport

/// The trace that a request belongs to (W3C Trace Context, https://www.w3.org/TR/trace-context/): its caller's or, where spans are
/// exported, one that begins with it.
final class TraceContext: Sendable {
    /// 32 lower-case hexadecimal digits, not all of them 0.
    let traceID: String
    /// The caller's span, 16 lower-case hexadecimal digits; nil: the trace begins here.
    let parent: String?
    /// Two hexadecimal digits: whether the caller records it.
    let flags: String
    /// What further systems have to say, passed on as it came.
    let state: String?
    /// 8 bytes: the request's own span, and the parent of its attempts'.
    let span: [UInt8]
    /// Where spans go; nil: they are not exported.
    let spans: SpanQueue?

    /// That of the request being worked for; nil: its caller named none.
    @TaskLocal static var current: TraceContext?

    /// The caller's trace or, where spans are exported, a new one; nil: none.
    static func of(_ fields: HTTPFields, _ spans: SpanQueue?) -> TraceContext? {
        if fields.contains(.traceParent), let told = TraceContext(fields, spans) { return told }
        return spans.map { TraceContext(beginningIn: $0) }
    }

    private init(beginningIn spans: SpanQueue) {
        traceID = hexadecimal(randomBytes(16))
        (parent, flags, state) = (nil, "01", nil)
        span = randomBytes(8)
        self.spans = spans
    }

    /// nil without a `traceparent`, and for one that breaks the rules.
    /// - Parameter spans: taken where the caller records the trace.
    init?(_ fields: HTTPFields, _ spans: SpanQueue? = nil) {
        guard let text = fields[.traceParent] else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, parts[0] != "ff", Self.isHex(parts[0], 2), Self.isHex(parts[1], 32), Self.isHex(parts[2], 16),
            Self.isHex(parts[3], 2), parts.count == 4 || parts[0] != "00",
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        traceID = parts[1]
        parent = parts[2]
        flags = parts[0] == "00" ? parts[3] : "00"
        state = fields[.traceState].flatMap(Self.passable)
        self.spans = (UInt8(flags, radix: 16) ?? 0) & 1 == 1 ? spans : nil
        span = self.spans == nil ? [] : randomBytes(8)
    }

    /// What an upstream request carries.
    /// - Parameter attempt: 8 bytes; nil: the request's own span stands for it, or a new one where none is exported.
    func add(to fields: inout HTTPFields, span attempt: [UInt8]?) {
        let span = attempt ?? (spans == nil ? randomBytes(8) : span)
        fields.set(.traceParent, "00-\(traceID)-\(hexadecimal(span))-\(flags)")
        if let state { fields.set(.traceState, state) }
    }

    private static func passable(_ text: String) -> String? {
        text.utf8.count <= 512 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? text : nil
    }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

extension HTTPFieldName {
    static let traceParent: HTTPFieldName = "traceparent"
    static let traceState: HTTPFieldName = "tracestate"
}
