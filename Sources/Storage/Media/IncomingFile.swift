import Glibc
import HTTP
import Media
import Transport

/// A file being written under a temporary name, locked while it is; gone again unless it is kept.
struct IncomingFile: ~Copyable {
    private let descriptor: Int32
    private var path: String
    private var isKept = false
    private var isEmpty = true

    init(path: String) throws(MediaStoreError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw MediaStoreError(errno: errno, while: "making a file") }
        self.path = path
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw MediaStoreError(errno: errno, while: "locking a file") }
    }

    deinit {
        if !isKept { unlink(path) }
        close(descriptor)
    }

    mutating func write(_ content: StorableContent) throws(MediaStoreError) {
        switch content {
        case .source(.bytes(let bytes)): try write(bytes)
        case .source(.file(let file, let range)): try copy(range, of: file)
        case .base64(let text): try decode(text)
        }
        guard !isEmpty else { throw MediaStoreError(.invalidContent, "a result without a byte") }
    }

    /// - Parameter modified: seconds since 1970.
    func finish(modified: Int) throws(MediaStoreError) {
        let time = timespec(tv_sec: modified, tv_nsec: 0)
        guard futimens(descriptor, [time, time]) == 0, fsync(descriptor) == 0 else {
            throw MediaStoreError(errno: errno, while: "syncing a file")
        }
    }

    mutating func move(to destination: String) throws(MediaStoreError) {
        guard rename(path, destination) == 0 else { throw MediaStoreError(errno: errno, while: "renaming a file") }
        path = destination
    }

    mutating func keep() { isKept = true }

    private mutating func write(_ bytes: ArraySlice<UInt8>) throws(MediaStoreError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw MediaStoreError(errno: errno, while: "writing a file") }
            rest = rest.dropFirst(count)
            isEmpty = false
        }
    }

    private mutating func copy(_ range: Range<Int>, of file: SpooledFile) throws(MediaStoreError) {
        var buffer = [UInt8](repeating: 0, count: min(Self.pieceSize, range.count))
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = pread(file.descriptor, &buffer, min(buffer.count, range.upperBound - offset), offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw MediaStoreError(errno: errno, while: "reading a spooled file") }
            guard count > 0 else { throw MediaStoreError(.unreadable, "a spooled file is shorter than it was") }
            try write(buffer[..<count])
            offset += count
        }
    }

    private mutating func decode(_ text: String) throws(MediaStoreError) {
        var decoder = Base64Decoder()
        var rest = Substring(text).utf8
        do throws(Base64Error) {
            while !rest.isEmpty {
                let piece = ArraySlice(rest.prefix(Self.pieceSize))
                rest = rest.dropFirst(piece.count)
                let decoded = try decoder.append(piece)
                try keepStoreError { () throws(MediaStoreError) in try write(decoded[...]) }
            }
        } catch {
        }
    }

    /// Bytes handled at a time.
    private static let pieceSize = 256 << 10
}
