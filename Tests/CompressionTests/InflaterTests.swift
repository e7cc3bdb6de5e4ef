import Testing

@testable import Compression

struct InflaterTests {
    private let text = Array(String(repeating: "a lamp turns, a picture moves; ", count: 400).utf8)

    @Test(arguments: CompressionFormat.allCases, [1, 6, 9])
    func `what was deflated comes back`(format: CompressionFormat, level: Int) throws {
        let small = deflated(text, format, level: level)
        #expect(small.count < text.count / 10)
        var inflater = Inflater(format: format, maximumOutput: text.count)
        let output = try inflater.append(small[...])
        try inflater.finish()
        #expect(output == text)
    }

    @Test(arguments: CompressionFormat.allCases)
    func `any split of the input gives the same output`(format: CompressionFormat) throws {
        let small = deflated(text, format)
        for split in 0...small.count {
            var inflater = Inflater(format: format, maximumOutput: text.count)
            let output = try inflater.append(small[..<split]) + inflater.append(small[split...])
            try inflater.finish()
            #expect(output == text)
        }
    }

    @Test func `HTTP deflate is read with and without its zlib wrapping, byte by byte`() throws {
        for format in [CompressionFormat.zlib, .raw] {
            var inflater = Inflater(format: .deflate, maximumOutput: text.count)
            var output: [UInt8] = []
            for byte in deflated(text, format) { output += try inflater.append([byte]) }
            try inflater.finish()
            #expect(output == text)
        }
    }

    @Test func `gzip members in a row are one content`() throws {
        var inflater = Inflater(format: .gzip, maximumOutput: 100)
        let output = try inflater.append((gzip(Array("one ".utf8)[...]) + gzip(Array("two".utf8)[...]))[...])
        try inflater.finish()
        #expect(output == Array("one two".utf8))
    }

    @Test(arguments: CompressionFormat.allCases)
    func `bytes after the end are corrupt`(format: CompressionFormat) {
        #expect(throws: CompressionError.corrupt) { try inflated(deflated(text, format) + [0, 1, 2, 3], format) }
    }

    @Test(arguments: CompressionFormat.allCases)
    func `an input that stops early is truncated`(format: CompressionFormat) {
        let small = deflated(text, format)
        for count in [0, 1, 2, 5, small.count / 2, small.count - 1] {
            #expect(throws: CompressionError.truncated) { try inflated(Array(small.prefix(count)), format) }
        }
    }

    @Test func `a wrong checksum is corrupt`() {
        var small = gzip(text[...])
        small[small.count - 6] ^= 1
        #expect(throws: CompressionError.corrupt) { try inflated(small, .gzip) }
    }

    @Test func `what is not compressed is corrupt, and stays so`() {
        var inflater = Inflater(format: .gzip, maximumOutput: 100)
        #expect(throws: CompressionError.corrupt) { try inflater.append(Array("plain text".utf8)[...]) }
        #expect(throws: CompressionError.corrupt) { try inflater.append([]) }
        #expect(throws: CompressionError.corrupt) { try inflater.finish() }
    }

    @Test func `one byte above the allowed output is a bomb`() throws {
        var inflater = Inflater(format: .gzip, maximumOutput: text.count - 1)
        #expect(throws: CompressionError.bomb) { try inflater.append(gzip(text[...])[...]) }
    }

    @Test func `a thousandfold growth is a bomb only after the first MiB`() throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        #expect(try inflated(gzip(zeros[...]), .gzip).count == 1 << 20)
        #expect(throws: CompressionError.bomb) { try inflated(gzip((zeros + zeros)[...]), .gzip) }
    }

    @Test func `a flushed deflater lets the reader see everything so far`() throws {
        var deflater = Deflater(format: .gzip)
        let first = deflater.append(Array("soon".utf8)[...]) + deflater.flush()
        var inflater = Inflater(format: .gzip, maximumOutput: 100)
        #expect(try inflater.append(first[...]) == Array("soon".utf8))
        #expect(try inflater.append(deflater.finish()[...]) == [])
        try inflater.finish()
    }

    @Test func `the checksum is the one of the standards`() {
        #expect(crc32(Array("123456789".utf8)[...]) == 0xCBF4_3926)
        #expect(crc32(Array("6789".utf8)[...], continuing: crc32(Array("12345".utf8)[...])) == 0xCBF4_3926)
        #expect(crc32([]) == 0)
    }

    private func deflated(_ bytes: [UInt8], _ format: CompressionFormat, level: Int = 6) -> [UInt8] {
        var deflater = Deflater(format: format, level: level)
        var output = deflater.append(bytes[...])
        deflater.finish(into: &output)
        return output
    }

    private func inflated(_ bytes: [UInt8], _ format: CompressionFormat) throws(CompressionError) -> [UInt8] {
        var inflater = Inflater(format: format, maximumOutput: 1 << 24)
        let output = try inflater.append(bytes[...])
        try inflater.finish()
        return output
    }
}
