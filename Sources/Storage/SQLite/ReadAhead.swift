import Glibc

/// Has the system fetch a file that is about to be read whole, but page by page and in another order than it lies on the disk.
enum ReadAhead {
    /// In the order of the file; goes on after the return, where the system can. Whatever fails makes the reading slower, nothing else.
    ///
    /// Not while a connection is open: to close any descriptor of a file ends the locks that this process has on it.
    /// - Parameter size: bytes.
    static func begin(_ path: String, size: Int) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        for offset in stride(from: 0, to: min(size, limit), by: step) {
            guard posix_fadvise(descriptor, off_t(offset), off_t(step), POSIX_FADV_WILLNEED) == 0 else { return }
        }
    }

    /// Linux cuts one request down to the disk's read-ahead (`read_ahead_kb`), which is 128 KiB by default.
    private static let step = 128 << 10
    /// What is larger may not stay in memory until it is looked at.
    private static let limit = 1 << 30
}
