import Media
import Transport

/// The name of a stored file: a random part of 130 bits, a tag that tells the owner, and the extension of its type.
struct MediaName: Sendable, Hashable, CustomStringConvertible {
    let random: String
    let tag: String
    let type: MediaType

    /// - Parameter entropy: at least 17 bytes nobody can guess.
    init(owner: String, type: MediaType, entropy: [UInt8]) {
        random = Base32.text(of: entropy, length: Self.randomLength)
        tag = Self.tag(for: owner, random: random)
        self.type = type
    }

    /// nil for everything that this store cannot have made: no other byte, no other length, so no way out of the folder.
    init?(parsing text: String) {
        let bytes = Array(text.utf8)
        let stemLength = Self.randomLength + Self.tagLength
        guard bytes.count > stemLength + 1, bytes.count <= stemLength + 8, bytes[stemLength] == UInt8(ascii: "."),
            bytes[..<stemLength].allSatisfy(Base32.alphabet.contains)
        else { return nil }
        let fileExtension = String(decoding: bytes[(stemLength + 1)...], as: UTF8.self)
        guard let type = MediaType.allCases.first(where: { $0.fileExtension == fileExtension }) else { return nil }
        random = String(decoding: bytes[..<Self.randomLength], as: UTF8.self)
        tag = String(decoding: bytes[Self.randomLength..<stemLength], as: UTF8.self)
        self.type = type
    }

    var description: String { "\(random)\(tag).\(type.fileExtension)" }

    /// The folder below the store's that holds the file.
    var folder: String { String(random.prefix(2)) }

    /// Told from the name alone, so that no second record can be lost or disagree.
    func isOwned(by owner: String) -> Bool { tag == Self.tag(for: owner, random: random) }

    private static let randomLength = 26
    private static let tagLength = 16

    private static func tag(for owner: String, random: String) -> String {
        let digest = SHA256.digest(of: Array("zoetrope media owner\n\(random)\n\(owner)".utf8))
        return Base32.text(of: digest, length: tagLength)
    }
}
