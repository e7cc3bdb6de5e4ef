/// Text in the making: its bytes are there before they are written, so that to add a piece is no more than to store it.
package struct ByteRoom: Sendable {
    /// What was written, and behind it what is free.
    private(set) var bytes: [UInt8]
    /// Of what was written, in bytes.
    package private(set) var count: Int

    /// - Parameters:
    ///   - size: bytes that are free at first; it grows.
    ///   - capacity: bytes that whoever gets the array will add.
    package init(_ size: Int = 0, capacity: Int = 0) {
        let size = size == 0 ? 0 : size &+ 8
        bytes = []
        bytes.append(addingCapacity: size &+ capacity) { $0.append(repeating: 0, count: size) }
        count = 0
    }

    /// Full of bytes that were written elsewhere.
    init(written bytes: [UInt8]) {
        self.bytes = bytes
        count = bytes.count
    }

    /// What was written.
    package var written: ArraySlice<UInt8> { bytes[..<count] }

    /// Gives away what was written, without a copy.
    package mutating func finish() -> [UInt8] {
        var finished: [UInt8] = []
        swap(&finished, &bytes)
        finished.removeLast(finished.count &- count)
        count = 0
        return finished
    }

    /// Counts so many bytes as written, and tells where they begin; behind them at least eight are free.
    @inline(__always)
    private mutating func take(_ size: Int) -> Int {
        if size &+ 8 > bytes.count &- count { grow(by: size &+ 8) }
        count &+= size
        return count &- size
    }

    @inline(never)
    private mutating func grow(by size: Int) {
        let added = max(size, bytes.count, 512)
        bytes.append(addingCapacity: added) { $0.append(repeating: 0, count: added) }
    }
}

extension ByteRoom {
    /// Adds a byte.
    package mutating func append(_ byte: UInt8) {
        bytes[take(1)] = byte
    }

    /// Adds text.
    package mutating func append(text: String) {
        append(text.utf8.span)
    }

    /// Adds what was written elsewhere.
    mutating func append(_ other: ByteRoom) {
        append(other.bytes.span.extracting(first: other.count))
    }

    /// Adds bytes.
    package mutating func append(_ source: Span<UInt8>) {
        let start = take(source.count)
        var span = bytes.mutableSpan
        var target = span.mutableBytes
        target.copy(source.bytes, to: start)
    }

    /// Adds text between quotes.
    package mutating func append(quoted text: String) {
        let source = text.utf8.span
        let start = take(source.count &+ 2)
        var span = bytes.mutableSpan
        var target = span.mutableBytes
        target.storeBytes(of: UInt8(ascii: "\""), toByteOffset: start, as: UInt8.self)
        target.copy(source.bytes, to: start &+ 1)
        target.storeBytes(of: UInt8(ascii: "\""), toByteOffset: start &+ source.count &+ 1, as: UInt8.self)
    }

    /// Adds a number's digits.
    package mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digits: number.magnitude)
    }

    private mutating func append(digits number: UInt) {
        let (rest, last) = number.quotientAndRemainder(dividingBy: ShortDecimal.limit)
        if rest > 0 { append(digits: rest) }
        let decimal = ShortDecimal(last, isTail: rest > 0)
        let start = take(decimal.count)
        var span = bytes.mutableSpan
        var target = span.mutableBytes
        target.storeBytes(of: decimal.digits.littleEndian, toByteOffset: start, as: UInt64.self)
    }
}

extension ByteRoom {
    /// Adds a line of a head, its value still to be looked at.
    /// - Returns: a value that is not 0 where the value holds a control character, the tab included.
    mutating func appendLine(_ name: Span<UInt8>, _ value: Span<UInt8>) -> UInt64 {
        let start = take(name.count &+ value.count &+ 4)
        var span = bytes.mutableSpan
        var target = span.mutableBytes
        target.copy(name.bytes, to: start)
        target.store(Self.separator, at: start &+ name.count)
        let controls = target.copy(value.bytes, to: start &+ name.count &+ 2)
        target.store(Self.lineEnd, at: start &+ name.count &+ value.count &+ 2)
        return controls
    }

    /// Adds a line of a head whose value is a number.
    mutating func appendLine(_ name: Span<UInt8>, _ value: ShortDecimal) {
        let start = take(name.count &+ value.count &+ 4)
        var span = bytes.mutableSpan
        var target = span.mutableBytes
        target.copy(name.bytes, to: start)
        target.store(Self.separator, at: start &+ name.count)
        target.storeBytes(of: value.digits.littleEndian, toByteOffset: start &+ name.count &+ 2, as: UInt64.self)
        target.store(Self.lineEnd, at: start &+ name.count &+ value.count &+ 2)
    }

    /// Ends a line; after a field, a second time, the head.
    mutating func appendLineEnd() {
        let start = take(2)
        var span = bytes.mutableSpan
        var target = span.mutableBytes
        target.store(Self.lineEnd, at: start)
    }

    /// A colon and a space.
    private static var separator: UInt16 { 0x203A }
    /// CRLF.
    private static var lineEnd: UInt16 { 0x0A0D }

    /// Makes spaces of control characters.
    @inline(never)
    mutating func blankControls(from start: Int, to end: Int) {
        var index = HTTP1LineScanner.firstControl(in: bytes.span, from: start, to: end)
        while index < end {
            bytes[index] = UInt8(ascii: " ")
            index = HTTP1LineScanner.firstControl(in: bytes.span, from: index, to: end)
        }
    }
}
