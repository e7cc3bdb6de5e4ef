import CZlib

/// The checksum of gzip and PNG over `bytes`, continuing from an earlier one.
package func crc32(_ bytes: ArraySlice<UInt8>, continuing earlier: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(UInt(earlier), $0.baseAddress, $0.count)) }
}
