/// A small drawn typeface for ASCII and the letters of Western Europe; other characters are an empty box.
enum BitmapFont {
    /// Dots from one character to the next.
    static let advance = 6
    /// Dots of a glyph: two rows for marks above capitals, a gap, seven rows of capital height, two below the line.
    static let rows = 12
    /// The row below the last one of a capital.
    static let baseline = 10
    /// Dots of a glyph in each row.
    static let columns = 5

    /// Twelve rows of a character, the leftmost dot in bit 4.
    static func glyph(for character: Character) -> [UInt8] { glyphs[character] ?? box }

    /// What is written for a text: typographic quotes, dashes and dots become their plain forms, white space becomes spaces.
    static func writable(_ text: String) -> String {
        var output = ""
        for character in text { output += plainForms[character] ?? (character.isWhitespace ? " " : String(character)) }
        return output
    }

    private static let plainForms: [Character: String] = [
        "“": "\"", "”": "\"", "„": "\"", "«": "\"", "»": "\"", "‘": "'", "’": "'", "‚": ",", "–": "-", "—": "-", "…": "...", "\r\n": " ",
    ]

    private static let box: [UInt8] = [0, 0, 0, 0b11111, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11111, 0, 0]

    private static let glyphs: [Character: [UInt8]] = {
        var glyphs: [Character: [UInt8]] = [:]
        for band in sheet {
            let rows = band.rows.split(separator: "\n").map { $0.split(separator: " ") }
            for (index, character) in band.characters.enumerated() {
                glyphs[character] = [0, 0, 0] + rows.map { dots($0[index]) }
            }
        }
        for (mark, combinations) in marked {
            for pair in combinations.split(separator: " ") {
                guard let accented = pair.first, let plain = pair.last, let base = glyphs[plain] else { continue }
                glyphs[accented] = marking(base, mark)
            }
        }
        return glyphs
    }()

    private static func dots(_ row: Substring) -> UInt8 { row.reduce(0) { $0 << 1 | ($1 == "#" ? 1 : 0) } }

    private struct Mark: Hashable {
        var upper: UInt8
        var lower: UInt8
        var below: UInt8 = 0
    }

    /// The mark stands directly above the letter: above small letters it begins two rows lower.
    private static func marking(_ base: [UInt8], _ mark: Mark) -> [UInt8] {
        var glyph = base
        let top = base[3] | base[4] == 0 ? 2 : 0
        glyph[top] |= mark.upper
        glyph[top + 1] |= mark.lower
        glyph[rows - 2] |= mark.below
        return glyph
    }

    private static let marked: [(Mark, String)] = [
        (Mark(upper: 0, lower: 0b01010), "ÄA ÖO ÜU ËE ÏI ŸY äa öo üu ëe ïı ÿy"),
        (Mark(upper: 0b00010, lower: 0b00100), "ÁA ÉE ÍI ÓO ÚU ÝY áa ée íı óo úu ýy ńn śs źz"),
        (Mark(upper: 0b01000, lower: 0b00100), "ÀA ÈE ÌI ÒO ÙU àa èe ìı òo ùu"),
        (Mark(upper: 0b00100, lower: 0b01010), "ÂA ÊE ÎI ÔO ÛU âa êe îı ôo ûu ÅA åa"),
        (Mark(upper: 0b01101, lower: 0b10110), "ÃA ÑN ÕO ãa ñn õo"),
        (Mark(upper: 0b01010, lower: 0b00100), "ŠS ŽZ ČC ŘR šs žz čc řr ěe"),
        (Mark(upper: 0, lower: 0, below: 0b00100), "ÇC çc ŞS şs"),
    ]
}
