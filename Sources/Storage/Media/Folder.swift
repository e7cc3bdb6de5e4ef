import Glibc
import Media

/// Deeds on folders; all of them block.
enum Folder {
    /// Makes a folder, and those above it, for this user alone; one that is there stays as it is.
    static func make(_ path: String) throws(MediaStoreError) {
        if mkdir(path, 0o700) == 0 {
            return try sync(parent(of: path))
        }
        switch errno {
        case EEXIST: return
        case ENOENT where parent(of: path) != path:
            try make(parent(of: path))
            try make(path)
        case let code: throw MediaStoreError(errno: code, while: "making a folder")
        }
    }

    /// Makes the names in a folder outlive a crash of the machine.
    static func sync(_ path: String) throws(MediaStoreError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw MediaStoreError(errno: errno, while: "opening a folder") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw MediaStoreError(errno: errno, while: "syncing a folder") }
    }

    /// Paths of the visible entries of a folder whose names match a shell pattern, in no order.
    static func entries(matching pattern: String, in folder: String) throws(MediaStoreError) -> [String] {
        let literal = folder.map { "*?[]\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        var found = glob_t()
        defer { globfree(&found) }
        switch glob("\(literal)/\(pattern)", GLOB_NOSORT | GLOB_ERR, nil, &found) {
        case 0: return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
        case GLOB_NOMATCH: return []
        case _: throw MediaStoreError(.unreadable, "a folder of the media store cannot be listed")
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.dropLast(path.hasSuffix("/") ? 1 : 0).lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// What is known of a file besides its bytes.
struct FileStatus {
    let isRegular: Bool
    /// Bytes.
    let size: Int
    /// Seconds since 1970.
    let modified: Int

    init(of descriptor: Int32) throws(MediaStoreError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw MediaStoreError(errno: errno, while: "looking at a file") }
        self.init(status)
    }

    /// nil where there is none, or it cannot be looked at. Links are not followed.
    init?(at path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The same of what a link leads to.
    init?(following path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        isRegular = status.st_mode & S_IFMT == S_IFREG
        size = status.st_size
        modified = status.st_mtim.tv_sec
    }
}

extension MediaStoreError {
    /// An error of the system: no space and no quota are `full`, the rest is `unreadable`.
    init(errno code: Int32, while deed: String) {
        let kind: Kind = code == ENOSPC || code == EDQUOT ? .full : .unreadable
        self.init(kind, "\(deed): \(String(cString: strerror(code)))")
    }
}
