import HTTP

extension JSONReader {
    /// The string whose opening quote is next.
    mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> String {
        position += 1
        let start = position
        let isASCII = try moveToSpecial(bytes)
        guard bytes[position] == UInt8(ascii: "\"") else { return try escapedString(bytes, from: start) }
        position += 1
        let plain = bytes.extracting(start..<position - 1)
        // Just found to be what it says.
        return isASCII ? String(copying: UTF8Span(unchecked: plain, isKnownASCII: true)) : try text(plain, at: start)
    }

    private mutating func escapedString(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) -> String {
        var decoded: [UInt8] = []
        var run = start
        while true {
            for index in run..<position { decoded.append(bytes[index]) }
            position += 1
            if bytes[position - 1] == UInt8(ascii: "\"") { return try text(decoded.span, at: start) }
            try escape(bytes, into: &decoded)
            run = position
            _ = try moveToSpecial(bytes)
        }
    }

    /// To the next quote or backslash.
    /// - Returns: whether all before it is ASCII.
    @inline(__always)
    private mutating func moveToSpecial(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
        let plain = JSONText.plain(in: bytes, from: position)
        position = plain.end
        guard position < bytes.count else { throw error("the text ends inside a string") }
        guard bytes[position] >= 0x20 else { throw error("a control character inside a string") }
        return plain.isASCII
    }

    private func text(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let text = String(utf8: bytes) else { throw JSONError(offset: start, message: "a string is not UTF-8") }
        return text
    }

    /// The escape whose letter is next.
    private mutating func escape(_ bytes: Span<UInt8>, into decoded: inout [UInt8]) throws(JSONError) {
        guard position < bytes.count else { throw error("the text ends inside a string") }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(letter)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): decoded.append(contentsOf: String(try scalar(bytes)).utf8)
        case _:
            position -= 1
            throw error("an unknown escape")
        }
    }

    /// The scalar of a `\u` escape, of two where they make a pair.
    private mutating func scalar(_ bytes: Span<UInt8>) throws(JSONError) -> Character {
        let first = try hexadecimal(bytes)
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        let isFollowed = position + 1 < bytes.count && bytes[position] == UInt8(ascii: "\\") && bytes[position + 1] == UInt8(ascii: "u")
        guard first < 0xDC00, isFollowed else { return "\u{FFFD}" }
        let afterFirst = position
        position += 2
        let second = UInt32(try hexadecimal(bytes))
        guard 0xDC00...0xDFFF ~= second, let scalar = Unicode.Scalar(0x10000 + ((UInt32(first) - 0xD800) << 10) + (second - 0xDC00)) else {
            position = afterFirst
            return "\u{FFFD}"
        }
        return Character(scalar)
    }

    private mutating func hexadecimal(_ bytes: Span<UInt8>) throws(JSONError) -> UInt16 {
        guard bytes.count - position >= 4 else { throw error("a \\u escape needs four hexadecimal digits") }
        var value: UInt16 = 0
        for index in position..<position + 4 {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
            case _: throw error("a \\u escape needs four hexadecimal digits")
            }
        }
        position += 4
        return value
    }
}
