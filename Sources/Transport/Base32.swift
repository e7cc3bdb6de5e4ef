/// Digits and small letters without the look-alikes i, l, o and u: safe in addresses and on file systems that fold case.
package enum Base32 {
    package static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The first `length` groups of five bits.
    /// - Parameter bytes: at least as many bits.
    package static func text(of bytes: [UInt8], length: Int) -> String {
        precondition(bytes.count * 8 >= length * 5, "too few bytes")
        let digits = (0..<length).map { index in
            (0..<5).reduce(0) { value, step in
                let bit = index * 5 + step
                return value << 1 | Int(bytes[bit / 8] >> (7 - bit % 8) & 1)
            }
        }
        return String(decoding: digits.map { alphabet[$0] }, as: UTF8.self)
    }
}
