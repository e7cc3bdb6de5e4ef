import Glibc
import HTTP
package import Media
import Transport

/// Results as files of one folder of this machine, found by name alone.
package final class LocalMediaStore: MediaStore {
    let folder: String
    private let retention: Int
    private let time: RetentionTime

    /// Makes the folder where it is missing and removes what a crash left half-written. Blocks; for the start of the process.
    /// - Parameter time: by which files age; nil: a time of its own.
    package init(folder: String, retention: Duration, time: RetentionTime? = nil) throws(MediaStoreError) {
        self.folder = folder
        self.retention = Int(clamping: retention.components.seconds)
        self.time = time ?? RetentionTime(retention: retention)
        try Folder.make(folder)
        try Folder.make(incoming)
        try removeAbandoned(at: self.time.wall)
    }

    package func store(_ content: StorableContent, type: MediaType, owner: String) async throws(MediaStoreError) -> String {
        let name = MediaName(owner: owner, type: type, entropy: randomBytes(20))
        let wall = time.wall
        return try await BlockingPool.files.run { [self] in
            Result { () throws(MediaStoreError) in try write(content, as: name, at: wall) }
        }.get()
    }

    package func file(named name: String) async throws(MediaStoreError) -> StoredFile? {
        guard let name = MediaName(parsing: name) else { return nil }
        let now = time.now()
        return try await BlockingPool.files.run { [self] in
            Result { () throws(MediaStoreError) in try open(name, at: now) }
        }.get()
    }

    package func delete(named name: String) async throws(MediaStoreError) {
        guard let name = MediaName(parsing: name) else { return }
        try await BlockingPool.files.run { [self] in
            Result { () throws(MediaStoreError) in try remove(name) }
        }.get()
    }

    package func sweep() async throws(MediaStoreError) -> Int {
        let now = time.now()
        let wall = time.wall
        return try await BlockingPool.files.run { [self] in
            Result { () throws(MediaStoreError) in
                try removeAbandoned(at: wall)
                return try removeExpired(at: now)
            }
        }.get()
    }

    var incoming: String { folder + "/.incoming" }

    private func isExpired(_ modified: Int, at now: Int) -> Bool { now - modified > retention }
}

extension LocalMediaStore {
    private func write(_ content: StorableContent, as name: MediaName, at wall: Int) throws(MediaStoreError) -> String {
        var file = try IncomingFile(path: "\(incoming)/\(name)")
        try file.write(content)
        try file.finish(modified: wall)
        let home = "\(folder)/\(name.folder)"
        try Folder.make(home)
        FailPoint.reach(.renameBefore)
        try file.move(to: "\(home)/\(name)")
        FailPoint.reach(.renameAfter)
        try Folder.sync(home)
        file.keep()
        return name.description
    }

    private func open(_ name: MediaName, at now: Int) throws(MediaStoreError) -> StoredFile? {
        let descriptor = Glibc.open("\(folder)/\(name.folder)/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ELOOP { return nil }
            throw MediaStoreError(errno: errno, while: "opening a file")
        }
        let file = SpooledFile(descriptor: descriptor)
        let status = try FileStatus(of: descriptor)
        guard status.isRegular, !isExpired(status.modified, at: now) else { return nil }
        return StoredFile(
            content: .file(file, 0..<status.size), type: name.type, modified: status.modified,
            entityTag: "\"\(name.random.prefix(10))-\(String(status.size, radix: 16))\"", isOwned: name.isOwned)
    }

    private func remove(_ name: MediaName) throws(MediaStoreError) {
        guard unlink("\(folder)/\(name.folder)/\(name)") != 0, errno != ENOENT else { return }
        throw MediaStoreError(errno: errno, while: "deleting a file")
    }

    private func removeExpired(at now: Int) throws(MediaStoreError) -> Int {
        var removed = 0
        for folder in try Folder.entries(matching: "??", in: folder) {
            for path in try Folder.entries(matching: "*", in: folder) {
                guard let name = path.split(separator: "/").last, MediaName(parsing: String(name)) != nil,
                    let status = FileStatus(at: path), status.isRegular, isExpired(status.modified, at: now)
                else { continue }
                if unlink(path) == 0 { removed += 1 }
            }
        }
        return removed
    }

    /// Removes files of `.incoming` that nobody is writing: their lock is free, and they are old enough to have been locked.
    private func removeAbandoned(at wall: Int) throws(MediaStoreError) {
        for path in try Folder.entries(matching: "*", in: incoming) {
            guard let status = FileStatus(at: path), abs(wall - status.modified) > 10 else { continue }
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
            close(descriptor)
        }
    }
}
