import HTTP
import Transport

/// The trace that a request belongs to, as its caller says (W3C Trace Context, https://www.w3.org/TR/trace-context/).
struct TraceContext: Sendable, Hashable {
    /// 32 lower-case hexadecimal digits, not all of them 0.
    let traceID: String
    /// Two hexadecimal digits: whether the caller records it.
    let flags: String
    /// What further systems have to say, passed on as it came.
    let state: String?

    /// That of the request being worked for; nil: its caller named none.
    @TaskLocal static var current: TraceContext?

    /// nil without a `traceparent`, and for one that breaks the rules: then there is no trace.
    init?(_ fields: HTTPFields) {
        guard let text = fields["traceparent"] else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, parts[0] != "ff", Self.isHex(parts[0], 2), Self.isHex(parts[1], 32), Self.isHex(parts[2], 16),
            Self.isHex(parts[3], 2), parts.count == 4 || parts[0] != "00",
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        traceID = parts[1]
        flags = parts[0] == "00" ? parts[3] : "00"
        state = fields["tracestate"].flatMap(Self.passable)
    }

    /// What an upstream request carries.
    /// - Parameter span: 8 bytes, new for each request.
    func add(to fields: inout HTTPFields, span: [UInt8]) {
        fields.set("traceparent", "00-\(traceID)-\(hexadecimal(span))-\(flags)")
        if let state { fields.set("tracestate", state) }
    }

    private static func passable(_ text: String) -> String? {
        text.utf8.count <= 512 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? text : nil
    }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
