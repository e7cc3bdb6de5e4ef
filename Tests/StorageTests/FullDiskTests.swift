import FoundationEssentials
import Glibc
import HTTP
import Media
import Testing

@testable import Storage

/// A file system of 256 KiB, which only root may mount.
final class SmallDisk: Sendable {
    static let isPossible = (try? SmallDisk()) != nil
    let path: String

    struct CannotMount: Error {}

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/full-disk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard geteuid() == 0, mount("tmpfs", path, "tmpfs", 0, "size=256k") == 0 else {
            rmdir(path)
            throw CannotMount()
        }
    }

    deinit {
        umount(path)
        rmdir(path)
    }
}

@Suite(.serialized, .timeLimit(.minutes(1)), .enabled(if: SmallDisk.isPossible)) struct FullDiskTests {
    private func entries(of folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.contains(".") && $0 != ".incoming" }
    }

    @Test(arguments: [false, true])
    func `a full disk is told, leaves nothing half-written, and heals`(asBase64: Bool) async throws {
        let disk = try SmallDisk()
        let store = try LocalMediaStore(folder: disk.path, retention: .seconds(3600))
        let kept = try await store.store(.source(ByteSource([UInt8](repeating: 1, count: 100_000))), type: .png, owner: "a")
        let large = [UInt8](repeating: 2, count: 300_000)
        let content = asBase64 ? StorableContent.base64(Base64.encode(large)) : .source(ByteSource(large))
        let error = await #expect(throws: MediaStoreError.self) { try await store.store(content, type: .png, owner: "a") }
        #expect(error?.kind == .full)
        #expect(try entries(of: disk.path) == ["\(kept.prefix(2))/\(kept)"])
        let next = try await store.store(.source(ByteSource([UInt8](repeating: 3, count: 100_000))), type: .png, owner: "a")
        #expect(try await store.file(named: kept)?.content.count == 100_000)
        #expect(try await store.file(named: next)?.content.count == 100_000)
    }
}
