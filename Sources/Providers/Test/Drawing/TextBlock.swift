/// Words wrapped into lines at the largest size that fits a box.
struct TextBlock {
    private(set) var lines: [String]
    /// Pixels per dot of the typeface.
    private(set) var scale: Int

    /// Dots from line to line.
    private static let lineHeight = 11
    /// More of a prompt would be too small to read.
    private static let longest = 700

    /// - Parameter maximumScale: pixels per dot.
    init(_ text: String, fitting box: Box, maximumScale: Int) {
        let words = BitmapFont.writable(String(text.prefix(Self.longest))).split(separator: " ").map(String.init)
        let longestWord = words.map(\.count).filter { $0 <= 18 }.max() ?? 1
        scale = max(1, min(maximumScale, box.width / (BitmapFont.advance * min(longestWord, 18))))
        lines = Self.wrap(words, columns: Self.columns(in: box, scale))
        while scale > 1, height > box.height {
            scale -= 1
            lines = Self.wrap(words, columns: Self.columns(in: box, scale))
        }
        shorten(to: max(1, (box.height / scale + 2) / Self.lineHeight), columns: Self.columns(in: box, scale))
    }

    /// Pixels of the longest line.
    var width: Int { max(0, (lines.map(\.count).max() ?? 0) * BitmapFont.advance - 1) * scale }
    /// Pixels from the first line's capitals to below the last line.
    var height: Int { max(0, lines.count * Self.lineHeight - 2) * scale }

    /// Draws the lines centred in `box`.
    func draw(on canvas: inout Canvas, in box: Box, _ colour: Colour) {
        var y = box.y + (box.height - height) / 2
        for line in lines {
            let width = (line.count * BitmapFont.advance - 1) * scale
            Self.draw(line, on: &canvas, x: box.x + (box.width - width) / 2, y: y, scale: scale, colour)
            y += Self.lineHeight * scale
        }
    }

    /// Draws one line.
    /// - Parameter y: top of the capitals.
    static func draw(_ line: String, on canvas: inout Canvas, x: Int, y: Int, scale: Int, _ colour: Colour) {
        var x = x
        for character in line {
            let glyph = Glyph(BitmapFont.glyph(for: character), scale: scale)
            glyph.draw(on: &canvas, x: x, y: y - (BitmapFont.baseline - 7) * scale, colour)
            x += BitmapFont.advance * scale
        }
    }

    private static func columns(in box: Box, _ scale: Int) -> Int {
        max(1, (box.width + scale) / (BitmapFont.advance * scale))
    }

    private static func wrap(_ words: [String], columns: Int) -> [String] {
        var lines: [String] = []
        for word in words {
            if let last = lines.last, last.count + 1 + word.count <= columns {
                lines[lines.count - 1] = last + " " + word
                continue
            }
            var rest = word[...]
            while rest.count > columns {
                lines.append(String(rest.prefix(columns)))
                rest = rest.dropFirst(columns)
            }
            lines.append(String(rest))
        }
        return lines
    }

    private mutating func shorten(to count: Int, columns: Int) {
        guard lines.count > count else { return }
        lines = Array(lines.prefix(count))
        lines[count - 1] = String(lines[count - 1].prefix(max(0, columns - 3))) + "..."
    }
}
