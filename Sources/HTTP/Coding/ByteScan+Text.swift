extension String {
    /// The text of UTF-8 bytes, with U+FFFD for what is none: one pass for what is valid, many times faster than decoding bytewise.
    package init(repairing bytes: Span<UInt8>) {
        if let valid = try? UTF8Span(validating: bytes) {
            self = String(copying: valid)
        } else {
            self = String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
        }
    }
}
