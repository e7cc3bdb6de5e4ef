/// A `data:` URI whose data is base64 (RFC 2397).
package struct DataURI: Sendable {
    /// Lower case, without parameters; `text/plain` where the URI names none.
    package let type: String
    /// Not yet decoded.
    package let base64: Substring

    /// nil for what is no data URI, and for one that is not base64.
    package init?(parsing text: String) {
        guard Self.matches(text), let comma = text.utf8.prefix(Self.maximumHead).firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let head = text[text.utf8.index(text.utf8.startIndex, offsetBy: 5)..<comma].lowercased()
        let parts = head.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count > 1, parts.last == "base64", let type = parts.first else { return nil }
        self.type = type.isEmpty ? "text/plain" : String(type)
        base64 = text[text.utf8.index(after: comma)...]
    }

    /// Bytes before the data: a media type and its parameters.
    private static var maximumHead: Int { 1024 }

    /// Whether a text begins as a data URI, base64 or not.
    package static func matches(_ text: String) -> Bool {
        guard let first = text.utf8.first, first | 0x20 == UInt8(ascii: "d") else { return false }
        return String(Substring(text.utf8.prefix(5))).lowercased() == "data:"
    }

    package func decoded() throws(Base64Error) -> [UInt8] {
        try Base64.decode(base64)
    }
}
