/// The wrapping around deflated bytes.
package enum CompressionFormat: Sendable, Hashable, CaseIterable {
    /// RFC 1952; several members in a row are one content.
    case gzip
    /// RFC 1950.
    case zlib
    /// RFC 1951 without any wrapping.
    case raw
    /// HTTP's `deflate` (RFC 9110 §8.4.1.2): zlib by the book, raw from some senders; told apart by the first two bytes. Written as zlib.
    case deflate

    /// zlib's `windowBits` for this wrapping.
    var windowBits: Int32 {
        switch self {
        case .gzip: 31
        case .zlib, .deflate: 15
        case .raw: -15
        }
    }
}
