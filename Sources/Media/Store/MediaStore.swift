package import HTTP

/// Keeps results for the retention, under names nobody can guess.
package protocol MediaStore: Sendable {
    /// Durable when it returns: file and folder are synced.
    /// - Parameter owner: the name of the API key that made it.
    func store(_ content: StorableContent, type: MediaType, owner: String) async throws(MediaStoreError) -> String
    /// nil when there is no such file, or it has expired.
    func file(named name: String) async throws(MediaStoreError) -> StoredFile?
    /// Deletes a file before its time; no error when there is none.
    func delete(named name: String) async throws(MediaStoreError)
    /// Deletes what is older than the retention; returns how many files went.
    func sweep() async throws(MediaStoreError) -> Int
}

package enum StorableContent: Sendable {
    case source(ByteSource)
    /// Decoded off the loop while it is written.
    case base64(String)
}

/// An open stored file; stays readable while this value lives, even when it is deleted meanwhile.
package struct StoredFile: Sendable {
    package var content: ByteSource
    package var type: MediaType
    /// Seconds since 1970.
    package var modified: Int
    /// Strong entity tag with its quotes.
    package var entityTag: String
    /// Whether the key of this name made it.
    package var isOwned: @Sendable (_ owner: String) -> Bool

    package init(
        content: ByteSource, type: MediaType, modified: Int, entityTag: String, isOwned: @escaping @Sendable (_ owner: String) -> Bool
    ) {
        self.content = content
        self.type = type
        self.modified = modified
        self.entityTag = entityTag
        self.isOwned = isOwned
    }
}

package struct MediaStoreError: Error, Sendable, Hashable {
    package enum Kind: Sendable { case full, unreadable, invalidContent }
    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
