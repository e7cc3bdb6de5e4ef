import Media
import Testing
import Transport

@testable import Storage

@Suite struct MediaNameTests {
    static func name(_ type: MediaType = .png, owner: String = "alice") -> MediaName {
        MediaName(owner: owner, type: type, entropy: [UInt8](0..<20))
    }

    @Test(arguments: MediaType.allCases)
    func `a name comes back from its text`(type: MediaType) {
        let name = Self.name(type)
        #expect(MediaName(parsing: name.description) == name)
        #expect(name.description.hasSuffix("." + type.fileExtension))
        #expect(name.description.utf8.count == 42 + 1 + type.fileExtension.utf8.count)
    }

    @Test func `only the owner owns it`() {
        #expect(Self.name().isOwned(by: "alice"))
        for other in ["", "bob", "Alice", "alice ", "alic"] { #expect(!Self.name().isOwned(by: other)) }
    }

    @Test func `the same owner has another tag in another name`() {
        let other = MediaName(owner: "alice", type: .png, entropy: [UInt8](1...20))
        #expect(other.tag != Self.name().tag)
        #expect(other.random != Self.name().random)
    }

    @Test func `base32 takes five bits at a time`() {
        #expect(Base32.text(of: [0x00, 0x44, 0x32, 0x14, 0xC7], length: 8) == "01234567")
        #expect(Base32.text(of: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], length: 8) == "zzzzzzzz")
        #expect(Base32.text(of: [0xF8], length: 1) == "z")
    }

    @Test func `a text that is no name of ours is refused`() {
        let stem = String(Self.name().description.dropLast(4))
        let foreign = [
            "", ".", "..", "/", "../../etc/passwd", "\(stem)", "\(stem).", "\(stem).exe", "\(stem).PNG", "\(stem).png.png",
            "\(stem).png/", "/\(stem).png",
            "x\(stem).png", "\(stem.dropLast()).png", "\(stem.uppercased()).png", "\(stem.dropFirst(3))../.png",
            "..\(stem.dropFirst(2)).png",
            "\(stem).png\0", "\(stem)\0.png", " \(stem).png", "\(stem).png ", "%2e%2e\(stem.dropFirst(6)).png",
            "\(stem.dropFirst(1))\u{FC}.png",
            "\(stem.dropFirst(1))\u{0661}.png", "\(stem.dropFirst(1))i.png", "\(stem.dropFirst(1))-.png", "\(stem.dropFirst(1))/.png",
            "\(stem.dropFirst(1))\\.png", "\(stem):png", "\(stem).jpeg", ".incoming",
        ]
        for text in foreign { #expect(MediaName(parsing: text) == nil, "\(text)") }
    }
}
