/// Why compressed bytes could not be read.
package enum CompressionError: Error, Sendable, Hashable {
    /// The output is larger than allowed, or grows suspiciously fast.
    case bomb
    /// Not what the format says, or bytes after its end.
    case corrupt
    /// The input ended before the format did.
    case truncated
}
