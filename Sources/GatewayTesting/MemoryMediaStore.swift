import HTTP
package import Media
import Synchronization
import Transport

/// Keeps results in memory under the names `0.png`, `1.jpg`...
package final class MemoryMediaStore: MediaStore {
    /// What was stored.
    package struct Item: Sendable, Hashable {
        package var name: String
        package var bytes: [UInt8]
        package var type: MediaType
        package var owner: String
    }

    private let state = Mutex<(items: [Item], count: Int, error: MediaStoreError?)>(([], 0, nil))

    package init() {}

    /// Everything stored so far and not deleted, in order.
    package var items: [Item] { state.withLock { $0.items } }

    /// From now on nothing can be stored or read; nil heals it.
    package func fail(with error: MediaStoreError?) {
        state.withLock { $0.error = error }
    }

    package func store(_ content: StorableContent, type: MediaType, owner: String) async throws(MediaStoreError) -> String {
        let bytes = try Self.bytes(of: content)
        return try state.withLock { state throws(MediaStoreError) in
            if let error = state.error { throw error }
            let name = "\(state.count).\(type.fileExtension)"
            state.count += 1
            state.items.append(Item(name: name, bytes: bytes, type: type, owner: owner))
            return name
        }
    }

    package func file(named name: String) async throws(MediaStoreError) -> StoredFile? {
        let (items, error) = state.withLock { ($0.items, $0.error) }
        if let error { throw error }
        guard let item = items.first(where: { $0.name == name }) else { return nil }
        return StoredFile(
            content: ByteSource(item.bytes), type: item.type, modified: 0, entityTag: "\"\(name)\"", isOwned: { $0 == item.owner })
    }

    package func delete(named name: String) async throws(MediaStoreError) {
        try state.withLock { state throws(MediaStoreError) in
            if let error = state.error { throw error }
            state.items.removeAll { $0.name == name }
        }
    }

    package func sweep() async throws(MediaStoreError) -> Int { 0 }

    private static func bytes(of content: StorableContent) throws(MediaStoreError) -> [UInt8] {
        switch content {
        case .source(.bytes(let bytes)): return Array(bytes)
        case .source(.file(let file, let range)):
            guard let bytes = try? file.read(range) else { throw MediaStoreError(.unreadable, "spooled file") }
            return bytes
        case .base64(let text):
            guard let bytes = try? Base64.decode(text) else { throw MediaStoreError(.invalidContent, "not base64") }
            return bytes
        }
    }
}
