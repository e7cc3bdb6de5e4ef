import CShims
import Glibc

/// An open file that is read at offsets: stored, or temporary and without a name, so that it vanishes with its last reference.
package final class SpooledFile: Sendable {
    package let descriptor: Int32

    /// Takes over an open descriptor.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// A new unnamed file in a folder.
    /// - Throws: the system's error number.
    package static func temporary(in folder: String) throws(SystemError) -> SpooledFile {
        let descriptor = zoe_unnamed_file(folder)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        return SpooledFile(descriptor: descriptor)
    }

    deinit { close(descriptor) }

    /// Writes all bytes at an offset. Blocks.
    package func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let result = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress! + done, bytes.count - done, off_t(offset + done)) }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { throw SystemError(number: errno) }
            done += result
        }
    }

    /// Reads a range whole. Blocks.
    package func read(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
        var number: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { target, count in
            while count < range.count {
                let result = pread(descriptor, target.baseAddress! + count, range.count - count, off_t(range.lowerBound + count))
                if result < 0, errno == EINTR { continue }
                if result < 0 { number = errno }
                if result <= 0 { break }
                count += result
            }
        }
        guard number == 0 else { throw SystemError(number: number) }
        guard bytes.count == range.count else { throw SystemError(number: EIO) }
        return bytes
    }
}

/// An error number of the system.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    package let number: Int32

    package init(number: Int32) {
        self.number = number
    }

    /// No space left, or over quota.
    package var isDiskFull: Bool { number == ENOSPC || number == EDQUOT }
    package var description: String { String(cString: strerror(number)) }
}
