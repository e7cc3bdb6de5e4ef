extension Canvas {
    /// - Parameter alpha: 0 to 255.
    mutating func rectangle(_ box: Box, _ colour: Colour, alpha: Int = 255) {
        for y in max(box.y, 0)..<max(0, min(box.y + box.height, height), box.y) {
            blend(row: y, from: box.x, to: box.x + box.width, colour, alpha: alpha)
        }
    }

    /// A rectangle with round corners.
    mutating func roundedRectangle(_ box: Box, radius: Int, _ colour: Colour, alpha: Int = 255) {
        let radius = min(radius, box.width / 2, box.height / 2)
        for row in 0..<max(box.height, 0) {
            let distance = Double(max(radius - row, row - (box.height - 1 - radius), 0))
            let inset = Double(radius) - (Double(radius * radius) - distance * distance).squareRoot()
            smoothSpan(row: box.y + row, from: Double(box.x) + inset, to: Double(box.x + box.width) - inset, colour, alpha)
        }
    }

    mutating func disc(x: Double, y: Double, radius: Double, _ colour: Colour, alpha: Int) {
        let top = max(0, Int((y - radius).rounded(.down))), bottom = min(height, Int((y + radius).rounded(.up)))
        guard top < bottom else { return }
        for row in top..<bottom {
            let distance = Double(row) + 0.5 - y
            let square = radius * radius - distance * distance
            guard square > 0 else { continue }
            let half = square.squareRoot()
            smoothSpan(row: row, from: x - half, to: x + half, colour, alpha)
        }
    }

    /// A stroke as wide as its steps are long, one step down and one to the right (`direction` 1) or left (-1).
    mutating func diagonal(x: Double, y: Double, length: Double, direction: Double, _ colour: Colour) {
        let reach = length * 0.5.squareRoot()
        for row in Int(y - reach)...Int(y + length + reach) {
            let down = Double(row) + 0.5 - y
            let near = max(down - reach, -down), far = min(down + reach, 2 * length - down)
            guard near < far else { continue }
            let ends = [x + direction * near, x + direction * far].sorted()
            smoothSpan(row: row, from: ends[0], to: ends[1], colour, 255)
        }
    }

    /// A span whose first and last pixels are covered by as much as the span touches them.
    private mutating func smoothSpan(row: Int, from left: Double, to right: Double, _ colour: Colour, _ alpha: Int) {
        guard right > left else { return }
        let first = Int(left.rounded(.up)), last = Int(right.rounded(.down))
        guard first <= last else { return }
        blend(row: row, from: first - 1, to: first, colour, alpha: Int((Double(first) - left) * Double(alpha)))
        blend(row: row, from: first, to: last, colour, alpha: alpha)
        blend(row: row, from: last, to: last + 1, colour, alpha: Int((right - Double(last)) * Double(alpha)))
    }
}
