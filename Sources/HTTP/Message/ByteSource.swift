package import Transport

/// A run of bytes that can be read more than once: in memory, or a range of a spooled file.
package enum ByteSource: Sendable {
    case bytes(ArraySlice<UInt8>)
    case file(SpooledFile, Range<Int>)

    package init(_ bytes: some Collection<UInt8>) {
        self = .bytes(ArraySlice(bytes))
    }

    package init(_ bytes: [UInt8]) {
        self = .bytes(bytes[...])
    }

    /// Bytes.
    package var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(_, let range): range.count
        }
    }
}
