/// One event of a `text/event-stream` (WHATWG HTML §9.2).
package struct ServerSentEvent: Sendable, Hashable {
    /// nil: `message`.
    package var event: String?
    package var data: String
    /// Only where this event itself has one.
    package var id: String?

    package init(event: String? = nil, data: String, id: String? = nil) {
        self.event = event
        self.data = data
        self.id = id
    }

    /// The event on the wire, blank line included. Line breaks in the data become several `data` lines; in name and id, spaces.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.utf8.count + 64)
        if let event { Self.append("event", event, to: &bytes) }
        if let id { Self.append("id", id, to: &bytes) }
        appendData(to: &bytes)
        bytes.append(0x0A)
        return bytes
    }

    private static func append(_ field: String, _ value: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "\(field): ".utf8)
        // A NUL would make readers drop an id.
        bytes.append(contentsOf: value.utf8.map { $0 == 0x0A || $0 == 0x0D || $0 == 0 ? 0x20 : $0 })
        bytes.append(0x0A)
    }

    private func appendData(to bytes: inout [UInt8]) {
        let source = data.utf8Span.span
        bytes.append(contentsOf: "data: ".utf8)
        guard var end = ByteScan.firstLineBreak(in: source) else {
            bytes.append(contentsOf: data.utf8)
            bytes.append(0x0A)
            return
        }
        var start = 0
        while true {
            for index in start..<end { bytes.append(source[index]) }
            bytes.append(0x0A)
            guard end < source.count else { return }
            let isPair = source[end] == 0x0D && end + 1 < source.count && source[end + 1] == 0x0A
            start = end + (isPair ? 2 : 1)
            end = ByteScan.firstLineBreak(in: source, from: start) ?? source.count
            bytes.append(contentsOf: "data: ".utf8)
        }
    }
}
