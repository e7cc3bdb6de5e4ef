/// The loops of base64, over whole groups of four characters.
enum Base64Coding {
    /// Fills `text`, which has the exact length and padding where padding goes.
    static func encode(_ bytes: Span<UInt8>, into text: inout [UInt8]) {
        let pairs = pairs.span
        let raw = bytes.bytes
        var output = text.mutableSpan
        var input = 0
        var place = 0
        // Six bytes are eight characters; eight bytes are loaded.
        while input &+ 8 <= bytes.count {
            let word = UInt64(bigEndian: raw.unsafeLoadUnaligned(fromByteOffset: input, as: UInt64.self))
            let first = UInt64(pairs[Int(word &>> 52)]) | UInt64(pairs[Int(word &>> 40 & 0xFFF)]) &<< 16
            let second = UInt64(pairs[Int(word &>> 28 & 0xFFF)]) | UInt64(pairs[Int(word &>> 16 & 0xFFF)]) &<< 16
            store((first | second &<< 32).littleEndian, at: place, in: &output)
            input &+= 6
            place &+= 8
        }
        while input < bytes.count {
            encodeGroup(bytes, from: input, into: &output, at: place)
            input &+= 3
            place &+= 4
        }
    }

    /// Fills `decoded` with three bytes a group; only the last group may be padded, and gives fewer.
    /// - Returns: how many bytes the text holds.
    static func decode(_ text: Span<UInt8>, into decoded: inout [UInt8]) throws(Base64Error) -> Int {
        guard text.count > 0 else { return 0 }
        let whole = text.count - 4
        try decodeWhole(text.extracting(..<whole), into: &decoded)
        return try decodeLast(text, from: whole, into: &decoded)
    }

    /// Whether whole groups can be decoded.
    static func takes(_ text: Span<UInt8>) -> Bool {
        guard text.count > 0 else { return true }
        let (values, raw, whole) = (pairValues.span, text.bytes, text.count &- 4)
        var (seen, index) = (0 as UInt64, 0)
        while index < whole {
            seen |= group(UInt32(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self)), values)
            index &+= 4
        }
        return seen < 1 << 24 && takesLast(text, from: whole)
    }

    private static func takesLast(_ text: Span<UInt8>, from start: Int) -> Bool {
        let padding = text[start + 3] != pad ? 0 : text[start + 2] != pad ? 1 : 2
        for index in start..<start + 4 - padding where values[Int(text[index])] > 63 { return false }
        return true
    }

    private static func decodeWhole(_ text: Span<UInt8>, into decoded: inout [UInt8]) throws(Base64Error) {
        let values = pairValues.span
        let raw = text.bytes
        var output = decoded.mutableSpan
        var input = 0
        var place = 0
        var seen: UInt64 = 0
        while input &+ 8 <= text.count {
            let word = raw.unsafeLoadUnaligned(fromByteOffset: input, as: UInt64.self)
            let first = group(UInt32(truncatingIfNeeded: UInt64(littleEndian: word)), values)
            let second = group(UInt32(truncatingIfNeeded: UInt64(littleEndian: word) &>> 32), values)
            seen |= first | second
            // Six bytes, and two zeros that the next round overwrites: a last group is always left.
            store((first &<< 40 | second &<< 16).bigEndian, at: place, in: &output)
            input &+= 8
            place &+= 6
        }
        if input < text.count {
            let bits = group(UInt32(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: input, as: UInt32.self)), values)
            seen |= bits
            storeGroup(UInt32(truncatingIfNeeded: bits), at: place, in: &output, count: 3)
        }
        guard seen < 1 << 24 else { throw firstError(in: text) }
    }

    private static func decodeLast(_ text: Span<UInt8>, from start: Int, into decoded: inout [UInt8]) throws(Base64Error) -> Int {
        let padding = text[start + 3] != pad ? 0 : text[start + 2] != pad ? 1 : 2
        var bits: UInt32 = 0
        for index in start..<start + 4 - padding {
            let value = values[Int(text[index])]
            guard value < 64 else { throw Base64Error(offset: index, problem: text[index] == pad ? .padding : .character) }
            bits |= UInt32(value) << UInt32(18 - 6 * (index - start))
        }
        var output = decoded.mutableSpan
        storeGroup(bits, at: start / 4 * 3, in: &output, count: 3 - padding)
        return start / 4 * 3 + 3 - padding
    }

    /// 24 bits of four characters, and bits above them where one is outside the alphabet.
    /// - Parameter values: `pairValues`, which has a place for every pair.
    @inline(__always)
    private static func group(_ word: UInt32, _ values: Span<UInt32>) -> UInt64 {
        let first = values[unchecked: Int(word & 0xFFFF)]
        let second = values[unchecked: Int(word &>> 16)]
        return UInt64(first) &<< 12 | UInt64(second)
    }

    @inline(__always)
    private static func store(_ word: UInt64, at place: Int, in output: inout MutableSpan<UInt8>) {
        var raw = output.mutableBytes
        raw.storeBytes(of: word, toByteOffset: place, as: UInt64.self)
    }

    private static func storeGroup(_ bits: UInt32, at place: Int, in output: inout MutableSpan<UInt8>, count: Int) {
        for index in 0..<count { output[place + index] = UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * index)) }
    }

    private static func encodeGroup(_ bytes: Span<UInt8>, from start: Int, into output: inout MutableSpan<UInt8>, at place: Int) {
        let count = min(3, bytes.count - start)
        var bits: UInt32 = 0
        for index in 0..<count { bits |= UInt32(bytes[start + index]) << UInt32(16 - 8 * index) }
        for index in 0...count { output[place + index] = alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)] }
    }

    private static func firstError(in text: Span<UInt8>) -> Base64Error {
        for index in text.indices where values[Int(text[index])] > 63 {
            return Base64Error(offset: index, problem: text[index] == pad ? .padding : .character)
        }
        return Base64Error(offset: text.count, problem: .character)
    }

    private static var pad: UInt8 { UInt8(ascii: "=") }
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The two characters of each twelve bits, the first in the low byte.
    private static let pairs: [UInt16] = (0..<4096).map { UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8 }

    /// Twelve bits by pair of characters, the first in the low byte; more than 24 bits where one is outside the alphabet.
    private static let pairValues: [UInt32] = (0..<65_536).map { pair in
        let (first, second) = (values[pair & 0xFF], values[pair >> 8])
        return first < 64 && second < 64 ? UInt32(first) << 6 | UInt32(second) : 1 << 24
    }

    /// Six bits by character; 0xFF outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}
