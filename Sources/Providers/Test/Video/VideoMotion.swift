/// What moves in a test video: a ball that bounces from side to side, a bar that fills, and a counter of seconds.
struct VideoMotion {
    let width: Int
    let height: Int
    let frames: Int
    let framesPerSecond: Int
    let accent: Colour
    /// Pixels at the lower edge that are not for the bar.
    let footer: Int

    /// What does not move: the ground of bar and counter.
    func drawGround(on canvas: inout Canvas) {
        canvas.rectangle(bar, .ink)
        if let counter { canvas.rectangle(counter, .ink) }
    }

    /// - Parameter frame: from 0.
    func draw(_ frame: Int, on canvas: inout Canvas) {
        canvas.rectangle(Box(x: 0, y: bar.y, width: width * (frame + 1) / frames, height: bar.height), accent)
        if let counter {
            let text = "\(frame / framesPerSecond).\(frame % framesPerSecond * 10 / framesPerSecond) s"
            TextBlock.draw(
                text, on: &canvas, x: counter.x + 4 * counterScale, y: counter.y + 3 * counterScale, scale: counterScale, .white)
        }
        let ball = ball(frame)
        let (x, y, radius) = (Double(ball.x) + Double(ball.width) / 2, Double(ball.y) + Double(ball.height) / 2, Double(ball.width) / 2)
        canvas.disc(x: x, y: y, radius: radius, .white, alpha: 255)
        canvas.disc(x: x, y: y, radius: radius * 0.8, accent, alpha: 255)
    }

    /// All pixels that the frame draws on.
    func boxes(_ frame: Int) -> [Box] {
        [bar, ball(frame)] + (counter.map { [$0] } ?? [])
    }

    /// The line that fills.
    private var bar: Box {
        let thickness = max(2, height / 90)
        return Box(x: 0, y: height - footer - thickness, width: width, height: thickness)
    }

    private var counterScale: Int { max(1, min(width, height) / 240) }

    /// Top left; nil: no room to read it.
    private var counter: Box? {
        guard width >= 64, height >= 48 else { return nil }
        let characters = 4 + String(frames / framesPerSecond).count
        let margin = 4 * counterScale
        return Box(
            x: margin, y: margin, width: (characters * BitmapFont.advance + 7) * counterScale,
            height: (BitmapFont.baseline + 3) * counterScale)
    }

    /// There and back again in eight seconds, with a bounce every second, above the bar.
    private func ball(_ frame: Int) -> Box {
        let side = max(2, min(width, height) / 18) * 2
        let turn = framesPerSecond * 8
        let along = min(frame % turn, turn - frame % turn) * 2
        let fall = Double(frame % framesPerSecond) / Double(framesPerSecond)
        let jump = Double(height) * 0.25 * 4 * fall * (1 - fall)
        return Box(x: (width - side) * along / turn, y: max(0, bar.y - side - Int(jump)), width: side, height: side)
    }
}
