/// A background whose colours and shapes follow from the prompt and the seed.
struct Scenery {
    private var random: StableRandom
    private let hue: Double

    init(prompt: String, seed: Int) {
        random = StableRandom(prompt, seed: seed)
        hue = random.fraction()
    }

    /// Covers the whole canvas.
    mutating func paint(_ canvas: inout Canvas) {
        sky(&canvas)
        switch random.index(below: 3) {
        case 0: lights(&canvas)
        case 1: hills(&canvas)
        default: rings(&canvas)
        }
    }

    /// A strong colour of this scenery.
    var accent: Colour { Colour(hue: hue + 0.08, saturation: 0.75, lightness: 0.55) }

    private mutating func sky(_ canvas: inout Canvas) {
        let upper = Colour(hue: hue, saturation: random.number(in: 0.55...0.8), lightness: random.number(in: 0.22...0.38))
        let lower = Colour(hue: hue + random.number(in: 0.08...0.2), saturation: random.number(in: 0.7...0.95), lightness: 0.68)
        let colours = (0..<256).map { upper.mixed(with: lower, share: Double($0) / 255) }
        let right = random.index(below: 100) << 16
        canvas.fill(colours, start: 0, right: right, down: 256 << 16 - right)
    }

    private mutating func lights(_ canvas: inout Canvas) {
        let side = Double(min(canvas.width, canvas.height))
        for _ in 0..<14 {
            let colour = Colour(hue: hue + random.number(in: -0.1...0.25), saturation: 0.9, lightness: random.number(in: 0.6...0.85))
            canvas.disc(
                x: random.fraction() * Double(canvas.width), y: random.fraction() * Double(canvas.height),
                radius: side * random.number(in: 0.04...0.2), colour, alpha: 40 + random.index(below: 50))
        }
    }

    private mutating func hills(_ canvas: inout Canvas) {
        let (width, height) = (Double(canvas.width), Double(canvas.height))
        let sun = min(width, height) * random.number(in: 0.09...0.15)
        let (x, y) = (width * random.number(in: 0.2...0.8), height * random.number(in: 0.15...0.3))
        canvas.disc(x: x, y: y, radius: sun * 1.35, .white, alpha: 40)
        canvas.disc(x: x, y: y, radius: sun, Colour(hue: 0.13, saturation: 1, lightness: 0.85), alpha: 230)
        for layer in 0..<4 {
            let share = Double(layer) / 3
            let colour = Colour(hue: hue + 0.18 - share * 0.1, saturation: 0.5, lightness: 0.48 - share * 0.3)
            ridge(&canvas, base: height * (0.5 + share * 0.32), colour)
        }
    }

    private mutating func ridge(_ canvas: inout Canvas, base: Double, _ colour: Colour) {
        let long = Wave(phase: random.fraction(), turns: random.number(in: 1...2.2))
        let short = Wave(phase: random.fraction(), turns: random.number(in: 3...5))
        let swing = Double(canvas.height) * 0.07
        let tops = (0..<canvas.width).map { x in
            let place = Double(x) / Double(canvas.width)
            return Int(base + swing * (long.value(at: place) + 0.35 * short.value(at: place)))
        }
        for y in max(0, tops.min() ?? 0)..<canvas.height {
            var start: Int?
            for x in 0...canvas.width {
                let isHill = x < canvas.width && tops[x] <= y
                if isHill { start = start ?? x }
                guard let first = start, !isHill else { continue }
                canvas.blend(row: y, from: first, to: x, colour)
                start = nil
            }
        }
    }

    private mutating func rings(_ canvas: inout Canvas) {
        let (x, y) = (random.fraction() * Double(canvas.width), random.fraction() * Double(canvas.height))
        let reach = Double(max(canvas.width, canvas.height)) * 1.1
        for ring in 0..<7 {
            let colour = Colour(hue: hue + 0.05 * Double(ring), saturation: 0.8, lightness: 0.62)
            canvas.disc(x: x, y: y, radius: reach * Double(7 - ring) / 7, ring % 2 == 0 ? colour : .white, alpha: 34)
        }
    }
}

/// A smooth swing between -1 and 1, made of parabolas.
private struct Wave {
    /// 0 to 1.
    var phase: Double
    /// Whole swings per unit.
    var turns: Double

    func value(at place: Double) -> Double {
        let position = place * turns + phase
        let part = (position - position.rounded(.down)) * 2
        return part < 1 ? 4 * part * (1 - part) : -4 * (part - 1) * (2 - part)
    }
}
