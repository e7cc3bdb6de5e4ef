import Media
import Testing

@Suite struct MediaTypeTests {
    private func file(_ brand: String) -> [UInt8] { [0, 0, 0, 24] + Array("ftyp\(brand)".utf8) + [0, 0, 2, 0] }

    @Test(arguments: ["isom", "iso2", "iso6", "mp41", "mp42", "avc1", "dash", "M4V ", "MSNV", "f4v ", "zzzz"])
    func `a file with boxes is MP4`(brand: String) {
        #expect(MediaType(sniffing: file(brand)) == .mp4)
    }

    @Test(arguments: ["avif", "avis", "heic", "heix", "mif1", "msf1", "hevc", "qt  ", "M4A ", "crx "])
    func `pictures, sound and QuickTime with the same boxes are not`(brand: String) {
        #expect(MediaType(sniffing: file(brand)) == nil)
    }

    @Test(arguments: 0...16)
    func `a head that is cut short is read without harm`(count: Int) {
        #expect(MediaType(sniffing: file("avif").prefix(count)) == (8..<12 ~= count ? .mp4 : nil))
        #expect(MediaType(sniffing: file("isom").prefix(count)) == (count < 8 ? nil : .mp4))
    }

    @Test func `no bytes are of the unknown type, which is neither image nor video`() {
        for first in UInt8.min...UInt8.max { #expect(MediaType(sniffing: [UInt8](repeating: first, count: 16)) != .unknown) }
        #expect(!MediaType.unknown.isImage && !MediaType.unknown.isVideo)
        #expect(MediaType.allCases.allSatisfy { $0 == .unknown || $0.isImage != $0.isVideo })
    }
}
