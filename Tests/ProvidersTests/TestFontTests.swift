import Testing

@testable import Providers

struct TestFontTests {
    private let box = Box(x: 0, y: 0, width: 200, height: 100)

    @Test func `every printable ASCII character has a glyph of its own`() {
        let characters = (33...126).map { Character(UnicodeScalar(UInt8($0))) }
        let glyphs = Set(characters.map(BitmapFont.glyph))
        #expect(glyphs.count == characters.count)
        #expect(!glyphs.contains(BitmapFont.glyph(for: "漢")))
        #expect(BitmapFont.glyph(for: " ").allSatisfy { $0 == 0 })
        #expect(glyphs.allSatisfy { $0.count == BitmapFont.rows && $0.allSatisfy { $0 < 32 } })
    }

    @Test(arguments: Array("ÄÖÜäöüßéèêëÉçÇñÑåÅøæ€") as [Character])
    func `letters of Western Europe are drawn`(letter: Character) {
        #expect(BitmapFont.glyph(for: letter) != BitmapFont.glyph(for: "漢"))
    }

    @Test func `accents stand above letters and do not touch them`() {
        let (plain, accented) = (BitmapFont.glyph(for: "o"), BitmapFont.glyph(for: "ö"))
        #expect(Array(accented[4...]) == Array(plain[4...]))
        #expect(accented[3] == 0b01010)
    }

    @Test func `typographic signs become plain ones`() {
        #expect(BitmapFont.writable("“a” — b…\tc") == "\"a\" - b... c")
    }

    @Test(arguments: [
        ("", []), ("one", ["one"]), ("one two three", ["one two", "three"]), ("a b c d e f", ["a b c d", "e f"]),
        ("  many   spaces ", ["many", "spaces"]), ("incomprehensibilities", ["incompre", "hensibil", "ities"]),
    ])
    func `words are wrapped at the width of the box`(text: String, lines: [String]) {
        let block = TextBlock(text, fitting: Box(x: 0, y: 0, width: 48, height: 1000), maximumScale: 1)
        #expect(block.lines == lines)
    }

    @Test func `a text is as large as the box allows`() {
        #expect(TextBlock("fox", fitting: box, maximumScale: 4).scale == 4)
        #expect(TextBlock("fox", fitting: box, maximumScale: 100).scale == 11)
        #expect(TextBlock(String(repeating: "fox ", count: 40), fitting: box, maximumScale: 100).scale == 1)
    }

    @Test func `a text that fits nowhere is shortened`() {
        let block = TextBlock(String(repeating: "fox ", count: 100), fitting: Box(x: 0, y: 0, width: 60, height: 24), maximumScale: 9)
        #expect(block.lines == ["fox fox", "fox fox..."])
        #expect(block.height <= 24 && block.width <= 60)
    }
}
