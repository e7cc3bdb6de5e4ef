/// Takes a `multipart/form-data` body apart as it arrives (RFC 7578, RFC 2046 §5.1): bytes in, events out, in one pass.
package struct MultipartParser: Sendable {
    private enum State: Sendable {
        case preamble
        /// Behind a boundary, before its line ends.
        case boundaryLine
        case head
        case body
        case epilogue
    }

    private let delimiter: [UInt8]
    private let limits: MultipartLimits
    private var state = State.preamble
    private var buffer: [UInt8]
    /// The first byte that is not consumed.
    private var start = 0
    /// What before this was searched in vain.
    private var searched = 0
    private var lineStart = 0
    private var partCount = 0
    private var excess = 0

    /// - Parameter boundary: as `boundary(of:)` finds it.
    package init(boundary: String, limits: MultipartLimits = MultipartLimits()) {
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.limits = limits
        // RFC 2046 §5.1.1: the line break before a boundary belongs to it. The first boundary may open the body: this is its line break.
        buffer = [0x0D, 0x0A]
        excess = -2
    }

    /// Takes the next bytes of the body; nothing is looked at before `next()`.
    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
        } else if start > 0 {
            buffer.removeSubrange(..<start)
        }
        searched = max(0, searched - start)
        lineStart = max(0, lineStart - start)
        start = 0
        buffer.append(contentsOf: bytes)
    }

    package mutating func next() throws(MultipartError) -> MultipartEvent {
        switch state {
        case .preamble: return try preamble()
        case .boundaryLine: return try boundaryLine()
        case .head: return try head()
        case .body: return body()
        case .epilogue:
            try discard(upTo: buffer.count, limit: limits.epilogue)
            return .end
        }
    }

    /// To be called when the body has ended and all events are taken.
    /// - Throws: where the final boundary is missing.
    package func finish() throws(MultipartError) {
        guard case .epilogue = state else { throw MultipartError(.truncated, "the body ends before its final boundary") }
    }

    private mutating func preamble() throws(MultipartError) -> MultipartEvent {
        let (end, isWhole) = findDelimiter()
        try discard(upTo: end, limit: limits.preamble)
        guard isWhole else { return .needsMore }
        start += delimiter.count
        excess = 0
        state = .boundaryLine
        return try next()
    }

    private mutating func boundaryLine() throws(MultipartError) -> MultipartEvent {
        guard buffer.count - start >= 2 else { return .needsMore }
        if buffer[start] == UInt8(ascii: "-"), buffer[start + 1] == UInt8(ascii: "-") {
            start += 2
            excess = 0
            state = .epilogue
            return .end
        }
        // RFC 2046 §5.1.1: white space may pad the line.
        var end = start
        while end < buffer.count, buffer[end] == 0x20 || buffer[end] == 0x09 { end += 1 }
        guard end - start <= Self.maximumPadding else { throw MultipartError(.headTooLarge, "a boundary line is too long") }
        guard end + 1 < buffer.count else {
            guard end == buffer.count || buffer[end] == 0x0D else { throw malformedBoundaryLine }
            return .needsMore
        }
        guard buffer[end] == 0x0D, buffer[end + 1] == 0x0A else { throw malformedBoundaryLine }
        partCount += 1
        guard partCount <= limits.parts else { throw MultipartError(.tooManyParts, "more than \(limits.parts) parts") }
        start = end + 2
        searched = start
        lineStart = start
        state = .head
        return try next()
    }

    /// Bytes.
    private static var maximumPadding: Int { 256 }

    private var malformedBoundaryLine: MultipartError { MultipartError(.malformedHead, "something follows a boundary on its line") }

    private mutating func head() throws(MultipartError) -> MultipartEvent {
        while let lineFeed = ByteScan.firstIndex(of: 0x0A, in: buffer.span, from: searched) {
            guard lineFeed < start + limits.partHead else { break }
            guard lineFeed > lineStart, buffer[lineFeed - 1] == 0x0D else {
                throw MultipartError(.malformedHead, "a line feed alone in a part's head")
            }
            searched = lineFeed + 1
            let isEmpty = lineFeed == lineStart + 1
            lineStart = searched
            guard isEmpty else { continue }
            let head = try MultipartPartHead(parsing: buffer[start..<lineFeed - 1])
            start = searched
            state = .body
            return .part(head)
        }
        searched = buffer.count
        guard buffer.count - start < limits.partHead else { throw MultipartError(.headTooLarge, "a part's head is too large") }
        return .needsMore
    }

    private mutating func body() -> MultipartEvent {
        let (end, isWhole) = findDelimiter()
        if end > start {
            defer { start = end }
            return .body(buffer[start..<end])
        }
        guard isWhole else { return .needsMore }
        start += delimiter.count
        state = .boundaryLine
        return .endOfPart
    }

    private mutating func discard(upTo end: Int, limit: Int) throws(MultipartError) {
        excess += end - start
        start = end
        guard excess <= limit else { throw MultipartError(.excess, "too much outside of the parts") }
    }

    /// Where the next delimiter begins, or may begin once more bytes are here.
    ///
    /// A delimiter holds no CR behind its first byte, so a comparison that fails is never repeated over the same bytes.
    private func findDelimiter() -> (place: Int, isWhole: Bool) {
        let bytes = buffer.span
        var from = start
        while let place = ByteScan.firstIndex(of: 0x0D, in: bytes, from: from) {
            let available = min(delimiter.count, bytes.count - place)
            var matched = 1
            while matched < available, bytes[place + matched] == delimiter[matched] { matched += 1 }
            if matched == available { return (place, matched == delimiter.count) }
            from = place + 1
        }
        return (bytes.count, false)
    }
}
