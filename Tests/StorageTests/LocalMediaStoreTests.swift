import FoundationEssentials
import Glibc
import HTTP
import Media
import Synchronization
import Testing
import Transport

@testable import Storage

@Suite(.timeLimit(.minutes(1))) struct LocalMediaStoreTests {
    /// A folder of its own for a test, removed at its end.
    final class Scratch: Sendable {
        let path: String
        private let clock: Mutex<RetentionClock.Reading>

        init() {
            path = FileManager.default.temporaryDirectory.path + "/store-test-\(UUID().uuidString)"
            clock = Mutex(.system)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func store(retention: Duration = .seconds(3600)) throws -> LocalMediaStore {
            try LocalMediaStore(
                folder: path + "/media", retention: retention,
                time: RetentionTime(retention: retention) { [self] in clock.withLock { $0 } })
        }

        func pass(_ seconds: Int) {
            clock.withLock {
                $0.wall += seconds
                $0.steady += seconds
            }
        }

        func setForward(_ seconds: Int) { clock.withLock { $0.wall += seconds } }

        func files(in folder: String = "/media") throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: path + folder).filter { $0.contains(".") && $0 != ".incoming" }
        }
    }

    static let picture: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    private static func bytes(of source: ByteSource) throws -> [UInt8] {
        switch source {
        case .bytes(let bytes): Array(bytes)
        case .file(let file, let range): try file.read(range)
        }
    }

    @Test func `what is stored comes back byte by byte`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let name = try await store.store(.source(ByteSource(Self.picture)), type: .png, owner: "alice")
        let file = try #require(try await store.file(named: name))
        #expect(try Self.bytes(of: file.content) == Self.picture)
        #expect(file.type == .png)
        #expect(file.isOwned("alice"))
        #expect(!file.isOwned("bob"))
        #expect(file.entityTag.hasPrefix("\"") && file.entityTag.hasSuffix("\""))
        #expect(try scratch.files() == ["\(name.prefix(2))/\(name)"])
    }

    @Test func `base64 is decoded while it is written`() async throws {
        let store = try Scratch().store()
        let name = try await store.store(.base64(Base64.encode(Self.picture)), type: .png, owner: "alice")
        #expect(try Self.bytes(of: try #require(try await store.file(named: name)).content) == Self.picture)
    }

    @Test func `a range of a spooled file is copied`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let spooled = try SpooledFile.temporary(in: scratch.path)
        let large = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try spooled.write(large[...], at: 0)
        let name = try await store.store(.source(.file(spooled, 1000..<690_001)), type: .webp, owner: "alice")
        #expect(try Self.bytes(of: try #require(try await store.file(named: name)).content) == Array(large[1000..<690_001]))
    }

    @Test(arguments: ["AAA", "AAAA*AAA", "AA=A", "AAAA\nAAAA"])
    func `broken base64 leaves nothing behind`(text: String) async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let error = await #expect(throws: MediaStoreError.self) { try await store.store(.base64(text), type: .png, owner: "a") }
        #expect(error?.kind == .invalidContent)
        #expect(try scratch.files().isEmpty)
    }

    @Test func `a result without a byte is refused`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        for empty in [StorableContent.base64(""), .source(ByteSource([]))] {
            let error = await #expect(throws: MediaStoreError.self) { try await store.store(empty, type: .png, owner: "a") }
            #expect(error?.kind == .invalidContent)
        }
        #expect(try scratch.files().isEmpty)
    }

    @Test func `a spooled file that is too short leaves nothing behind`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let spooled = try SpooledFile.temporary(in: scratch.path)
        let error = await #expect(throws: MediaStoreError.self) {
            try await store.store(.source(.file(spooled, 0..<10)), type: .png, owner: "a")
        }
        #expect(error?.kind == .unreadable)
        #expect(try scratch.files().isEmpty)
    }

    @Test func `there is no file under a name that was never given, or leads elsewhere`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let name = try await store.store(.source(ByteSource([1])), type: .png, owner: "a")
        for other in ["../media/\(name)", "\(name)/", "..", "", ".incoming", String(name.reversed()), "00\(name.dropFirst(2))"] {
            #expect(try await store.file(named: other) == nil)
        }
    }

    @Test func `a link with a good name is not followed`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let name = MediaNameTests.name()
        try Folder.make("\(store.folder)/\(name.folder)")
        #expect(symlink("/etc/passwd", "\(store.folder)/\(name.folder)/\(name)") == 0)
        #expect(try await store.file(named: name.description) == nil)
    }

    @Test func `an open file outlives its deletion`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let name = try await store.store(.source(ByteSource(Self.picture)), type: .png, owner: "a")
        let file = try #require(try await store.file(named: name))
        scratch.pass(3601)
        #expect(try await store.sweep() == 1)
        #expect(try Self.bytes(of: file.content) == Self.picture)
    }

    @Test func `the sweep takes what is older than the retention and nothing else`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let old = try await store.store(.source(ByteSource([1])), type: .png, owner: "a")
        scratch.pass(3000)
        let young = try await store.store(.source(ByteSource([2])), type: .jpeg, owner: "a")
        try Folder.make(store.folder + "/zz")
        #expect(FileManager.default.createFile(atPath: store.folder + "/zz/notes.txt", contents: nil))
        #expect(try await store.sweep() == 0)
        scratch.pass(601)
        #expect(try await store.file(named: old) == nil)
        #expect(try await store.sweep() == 1)
        #expect(try await store.file(named: young) != nil)
        #expect(Set(try scratch.files()) == ["\(young.prefix(2))/\(young)", "zz/notes.txt"])
        scratch.pass(3600)
        #expect(try await store.sweep() == 1)
        #expect(try await store.sweep() == 0)
    }

    @Test func `a clock set forward deletes nothing early`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let name = try await store.store(.source(ByteSource([1])), type: .png, owner: "a")
        scratch.setForward(259_200)
        #expect(try await store.sweep() == 0)
        #expect(try await store.file(named: name) != nil)
        scratch.pass(3601)
        #expect(try await store.sweep() == 1)
    }

    @Test func `what a crash left half-written goes at the start, and what is being written stays`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let (dead, busy, fresh) = (store.incoming + "/dead", store.incoming + "/busy", store.incoming + "/fresh")
        for path in [dead, busy, fresh] { #expect(FileManager.default.createFile(atPath: path, contents: nil)) }
        let lock = open(busy, O_RDWR)
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
        defer { close(lock) }
        scratch.pass(11)
        let now = RetentionClock.Reading.system.wall
        #expect(utimes(fresh, [timeval(tv_sec: now + 11, tv_usec: 0), timeval(tv_sec: now + 11, tv_usec: 0)]) == 0)
        _ = try scratch.store()
        #expect(!FileManager.default.fileExists(atPath: dead))
        #expect(FileManager.default.fileExists(atPath: busy))
        #expect(FileManager.default.fileExists(atPath: fresh))
    }

    @Test func `a folder that cannot be made is an error at the start`() {
        let error = #expect(throws: MediaStoreError.self) { try LocalMediaStore(folder: "/dev/null/media", retention: .seconds(1)) }
        #expect(error?.kind == .unreadable)
    }

    @Test func `a folder whose name has a pattern's characters is swept, too`() async throws {
        let scratch = Scratch()
        let store = try LocalMediaStore(folder: scratch.path + "/a[b]*?\\", retention: .seconds(-1))
        _ = try await store.store(.source(ByteSource([1])), type: .png, owner: "a")
        #expect(try await store.sweep() == 1)
    }

    @Test func `many stores at once have names of their own`() async throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<40 { group.addTask { try await store.store(.source(ByteSource([UInt8(index)])), type: .png, owner: "a") } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names.count == 40)
        #expect(try scratch.files().count == 40)
    }
}
