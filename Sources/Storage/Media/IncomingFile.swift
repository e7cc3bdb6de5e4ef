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
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw MediaStoreError(errno: errno, while: "making a file") }
        flock(descriptor, LOCK_EX | LOCK_NB)
        self.descriptor = descriptor
        self.path = path
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
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.pieceSize) {
            let part = start..<min(start + Self.pieceSize, range.upperBound)
            try write(try Self.read(part, of: file)[...])
        }
    }

    private static func read(_ range: Range<Int>, of file: SpooledFile) throws(MediaStoreError) -> [UInt8] {
        do throws(SystemError) {
            return try file.read(range)
        } catch {
            throw MediaStoreError(errno: error.number, while: "reading a spooled file")
        }
    }

    private mutating func decode(_ text: String) throws(MediaStoreError) {
        var pieces = Base64Pieces(text)
        while let piece = try Self.next(of: &pieces) { try write(piece[...]) }
    }

    private static func next(of pieces: inout Base64Pieces) throws(MediaStoreError) -> [UInt8]? {
        do throws(Base64Error) {
            return try pieces.next()
        } catch {
            throw MediaStoreError(.invalidContent, "a result in broken base64, at character \(error.offset)")
        }
    }

    /// Bytes handled at a time.
    private static let pieceSize = 256 << 10
}
