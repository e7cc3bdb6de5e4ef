/// Bytes of addresses: classes and escapes.
enum URLText {
    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased(byte))
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        let small = lowercased(byte)
        if isDigit(small) { return small - UInt8(ascii: "0") }
        return (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(small) ? small - UInt8(ascii: "a") + 10 : nil
    }

    /// nil unless there are one to nine digits and nothing else.
    static func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard (1...9).contains(bytes.count), bytes.allSatisfy(isDigit) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Escapes what may stand in no path and no query; escapes that are there already stay.
    static func escaped(_ bytes: some Collection<UInt8>, also extra: StaticString = "") -> String {
        if bytes.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }) {
            return String(decoding: bytes, as: UTF8.self)
        }
        let extra = String(describing: extra).utf8
        return escaped(bytes) { (0x21...0x7E).contains($0) && !"\"<>\\".utf8.contains($0) && !extra.contains($0) }
    }

    /// Escapes everything but RFC 3986's unreserved characters.
    static func component(_ text: String) -> String {
        escaped(text.utf8) { isAlphanumeric($0) || "-._~".utf8.contains($0) }
    }

    private static func escaped(_ bytes: some Collection<UInt8>, keeping isPlain: (UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for byte in bytes {
            if isPlain(byte) {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
