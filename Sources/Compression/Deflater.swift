/// Deflates piece by piece.
package struct Deflater: ~Copyable, Sendable {
    private let stream: DeflateStream

    /// - Parameter level: 1 (fast) to 9 (small); what is outside is brought inside.
    package init(format: CompressionFormat, level: Int = 6) {
        stream = DeflateStream(windowBits: format.windowBits, level: Int32(min(max(level, 1), 9)))
    }

    /// The compressed bytes that are ready after `input`; often none.
    package mutating func append(_ input: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        append(input, into: &output)
        return output
    }

    /// The same, added to `output`.
    package mutating func append(_ input: ArraySlice<UInt8>, into output: inout [UInt8]) {
        guard !input.isEmpty else { return }
        stream.deflate(input, end: .more, into: &output)
    }

    /// Everything so far becomes readable for the peer, at some cost in size.
    package mutating func flush() -> [UInt8] {
        var output: [UInt8] = []
        stream.deflate([], end: .flush, into: &output)
        return output
    }

    /// The last bytes; nothing may be appended after it.
    package consuming func finish() -> [UInt8] {
        var output: [UInt8] = []
        finish(into: &output)
        return output
    }

    /// The same, added to `output`.
    package consuming func finish(into output: inout [UInt8]) {
        stream.deflate([], end: .finish, into: &output)
    }
}

/// All of `bytes` as one gzip member (RFC 1952).
package func gzip(_ bytes: ArraySlice<UInt8>, level: Int = 6) -> [UInt8] {
    var deflater = Deflater(format: .gzip, level: level)
    var output = deflater.append(bytes)
    deflater.finish(into: &output)
    return output
}
