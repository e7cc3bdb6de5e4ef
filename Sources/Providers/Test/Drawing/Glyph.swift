/// A glyph as it is drawn at a size: plain squares when small, round strokes through the dots when there are pixels for them.
struct Glyph {
    private let dots: [UInt8]
    private let scale: Int

    /// - Parameters:
    ///   - dots: rows, the leftmost dot in bit 4.
    ///   - scale: pixels per dot.
    init(_ dots: [UInt8], scale: Int) {
        self.dots = dots
        self.scale = scale
    }

    func draw(on canvas: inout Canvas, x: Int, y: Int, _ colour: Colour) {
        for row in dots.indices {
            for column in 0..<BitmapFont.columns where isSet(column, row) {
                let square = Box(x: x + column * scale, y: y + row * scale, width: scale, height: scale)
                if scale < 3 {
                    canvas.rectangle(square, colour)
                } else {
                    stroke(from: column, row, in: square, on: &canvas, colour)
                }
            }
        }
    }

    private func isSet(_ column: Int, _ row: Int) -> Bool {
        dots.indices.contains(row) && (0..<BitmapFont.columns).contains(column) && dots[row] >> (BitmapFont.columns - 1 - column) & 1 == 1
    }

    /// A round dot, and the strokes to its neighbours on the right and below.
    private func stroke(from column: Int, _ row: Int, in square: Box, on canvas: inout Canvas, _ colour: Colour) {
        let half = Double(scale) / 2
        canvas.disc(x: Double(square.x) + half, y: Double(square.y) + half, radius: half, colour, alpha: 255)
        let (right, below) = (isSet(column + 1, row), isSet(column, row + 1))
        if right { canvas.rectangle(Box(x: square.x + scale / 2, y: square.y, width: scale, height: scale), colour) }
        if below { canvas.rectangle(Box(x: square.x, y: square.y + scale / 2, width: scale, height: scale), colour) }
        if isSet(column + 1, row + 1), !right, !below {
            canvas.diagonal(x: Double(square.x) + half, y: Double(square.y) + half, length: Double(scale), direction: 1, colour)
        }
        if isSet(column - 1, row + 1), !isSet(column - 1, row), !below {
            canvas.diagonal(x: Double(square.x) + half, y: Double(square.y) + half, length: Double(scale), direction: -1, colour)
        }
    }
}
