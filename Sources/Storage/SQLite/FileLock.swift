import Glibc
import Media

/// A lock on a file of its own, held as long as this value lives; the file says who holds it.
struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Why the lock is not ours.
    enum Refusal: Error, Sendable, Hashable {
        /// Somebody holds it; the number of the process, where the file says it.
        case held(by: Int?)
        /// `errno` of the call that failed.
        case system(Int32)
    }

    init(path: String) throws(Refusal) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.holder(in: descriptor)
            close(descriptor)
            throw code == EWOULDBLOCK ? .held(by: holder) : .system(code)
        }
        self.descriptor = descriptor
        // Only a hint for whoever finds the lock taken: on a full disk the lock holds without it.
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    }

    // The file stays: to remove it would let two others lock two different files of this name.
    deinit { close(descriptor) }

    private static func holder(in descriptor: Int32) -> Int? {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        return text.split(separator: "\n").first.flatMap { Int($0) }
    }
}
