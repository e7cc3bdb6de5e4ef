extension MultipartPartHead {
    /// Of the lines of a part's head, each with its line break, without the empty line.
    init(parsing bytes: ArraySlice<UInt8>) throws(MultipartError) {
        var disposition: String?
        var contentType: String?
        for line in bytes.split(separator: 0x0A) {
            let (name, value) = try Self.field(line.dropLast())
            switch name {
            case "content-disposition":
                guard disposition == nil else { throw Self.malformed("two Content-Disposition lines in one part") }
                disposition = value
            case "content-type": contentType = value
            case "content-transfer-encoding": try Self.checkEncoding(value)
            case _: break
            }
        }
        guard let disposition else { throw Self.malformed("a part without Content-Disposition") }
        try self.init(disposition: disposition, contentType: contentType)
    }

    private init(disposition: String, contentType: String?) throws(MultipartError) {
        let semicolon = disposition.utf8.firstIndex(of: UInt8(ascii: ";")) ?? disposition.utf8.endIndex
        guard HTTPParameters.trimmed(disposition[..<semicolon]).lowercased() == "form-data" else {
            throw Self.malformed("a part that is not form-data")
        }
        guard let parameters = HTTPParameters.parse(disposition[semicolon...], escapes: .quotesOnly) else {
            throw Self.malformed("a malformed Content-Disposition")
        }
        guard Set(parameters.map(\.name)).count == parameters.count else {
            throw Self.malformed("a repeated parameter in Content-Disposition")
        }
        guard let name = parameters.first(where: { $0.name == "name" })?.value else { throw Self.malformed("a part without a name") }
        var fileName = parameters.first { $0.name == "filename" }.map { Self.unescaped($0.value) }
        if let extended = parameters.first(where: { $0.name == "filename*" })?.value {
            guard let decoded = Self.extendedValue(extended) else { throw Self.malformed("a malformed filename* in Content-Disposition") }
            fileName = decoded
        }
        self.init(name: Self.unescaped(name), fileName: fileName, contentType: contentType)
    }

    /// Name in lower case, value trimmed.
    private static func field(_ line: ArraySlice<UInt8>) throws(MultipartError) -> (name: String, value: String) {
        guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }), let text = String(validating: line, as: UTF8.self) else {
            throw malformed("control characters, or not UTF-8, in a part's head")
        }
        // A line that goes on with white space is refused here too: no token begins with a space.
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), HTTPParameters.isToken(text[..<colon]) else {
            throw malformed("a line without a name in a part's head")
        }
        return (text[..<colon].lowercased(), String(HTTPParameters.trimmed(text[text.utf8.index(after: colon)...])))
    }

    /// RFC 7578 §4.7: codings are obsolete; one that changes the bytes would be taken for them.
    private static func checkEncoding(_ value: String) throws(MultipartError) {
        guard ["7bit", "8bit", "binary"].contains(value.lowercased()) else {
            throw malformed("a Content-Transfer-Encoding that changes the content")
        }
    }

    /// Browsers write quotes and line breaks, and only these, as percent escapes (RFC 7578 §2).
    private static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let escaped = hexadecimal(rest.prefix(2)), [0x22, 0x0D, 0x0A].contains(escaped) {
                bytes.append(escaped)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `UTF-8'language'percent-encoded` (RFC 8187 §3.2); nil for anything else.
    private static func extendedValue(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        var bytes: [UInt8] = []
        var rest = Array(parts[2].utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let decoded = hexadecimal(rest.prefix(2)) else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private static func malformed(_ message: String) -> MultipartError { MultipartError(.malformedHead, message) }
}
