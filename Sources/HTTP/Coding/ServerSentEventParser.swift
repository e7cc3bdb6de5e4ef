/// Reads a `text/event-stream` as it arrives (WHATWG HTML §9.2.5 and §9.2.6). An event that the end of the stream cuts off is none.
package struct ServerSentEventParser: Sendable {
    /// Bytes of one event, and of one line.
    private let maximumSize: Int
    private var buffer: [UInt8] = []
    /// The start of the line that is being read.
    private var lineStart = 0
    /// What before this was searched for a line break.
    private var searched = 0
    private var isAtStreamStart = true
    private var skipsLineFeed = false

    private var event = ""
    private var id: String?
    private var data: [UInt8] = []
    private var hasData = false

    /// - Parameter maximumSize: bytes of one event; pictures travel in events as base64.
    package init(maximumSize: Int = 96 << 20) {
        self.maximumSize = maximumSize
    }

    /// Takes what the peer sent; nothing is looked at before `next()`.
    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        if lineStart > 0 {
            buffer.removeSubrange(..<lineStart)
            searched -= lineStart
            lineStart = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole event; nil when more bytes are needed.
    /// - Throws: where an event grows beyond the limit.
    package mutating func next() throws(ServerSentEventError) -> ServerSentEvent? {
        while let line = nextLine() {
            if line.isEmpty {
                if let event = takeEvent() { return event }
            } else {
                field(line)
            }
            guard data.count <= maximumSize else { throw .tooLarge }
        }
        guard buffer.count - lineStart <= maximumSize else { throw .tooLarge }
        return nil
    }

    /// The bytes of the next line without its end: CR, LF or both.
    private mutating func nextLine() -> Range<Int>? {
        if skipsLineFeed, lineStart < buffer.count {
            if buffer[lineStart] == 0x0A { lineStart += 1 }
            skipsLineFeed = false
        }
        searched = max(searched, lineStart)
        guard let end = ByteScan.firstLineBreak(in: buffer.span, from: searched) else {
            searched = buffer.count
            return nil
        }
        skipsLineFeed = buffer[end] == 0x0D
        defer {
            lineStart = end + 1
            isAtStreamStart = false
        }
        return isAtStreamStart && buffer[lineStart..<end].starts(with: [0xEF, 0xBB, 0xBF]) ? lineStart + 3..<end : lineStart..<end
    }

    private mutating func field(_ line: Range<Int>) {
        let bytes = buffer[line]
        let colon = ByteScan.firstIndex(of: UInt8(ascii: ":"), in: bytes.span).map { line.lowerBound + $0 } ?? line.upperBound
        var value = bytes[colon...].dropFirst()
        if value.first == 0x20 { value = value.dropFirst() }
        switch String(decoding: bytes[..<colon], as: UTF8.self) {
        case "data":
            if hasData { data.append(0x0A) }
            data.append(contentsOf: value)
            hasData = true
        case "event":
            event = String(decoding: value, as: UTF8.self)
        case "id" where !value.contains(0):
            id = String(decoding: value, as: UTF8.self)
        case _:
            // Comments, `retry`, and what nobody knows.
            break
        }
    }

    private mutating func takeEvent() -> ServerSentEvent? {
        defer {
            event = ""
            id = nil
            data.removeAll()
            hasData = false
        }
        guard hasData else { return nil }
        return ServerSentEvent(event: event.isEmpty ? nil : event, data: String(repairing: data.span), id: id)
    }
}

/// Why a stream of events is given up.
package enum ServerSentEventError: Error, Sendable, Hashable {
    /// An event is larger than the limit.
    case tooLarge
}
