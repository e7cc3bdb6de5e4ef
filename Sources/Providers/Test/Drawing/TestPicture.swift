package import Compression

/// A picture that shows what was asked for: prompt, size, seed, and for edits the images that came with it.
package struct TestPicture: Sendable {
    package enum Kind: Sendable { case generate, edit, vary, upscale, removeBackground }

    package var kind: Kind
    package var prompt: String
    /// Pixels; nil: 1024x1024, or the first input's size.
    package var size: (width: Int, height: Int)?
    package var seed: Int
    package var isTransparent: Bool
    package var inputs: [PNGImage]
    /// Transparent where the picture shall change.
    package var mask: PNGImage?
    /// Written at the lower edge.
    package var caption: String

    /// Pixels of either side.
    package static let sides = 64...4096

    package init(
        kind: Kind = .generate, prompt: String, size: (width: Int, height: Int)? = nil, seed: Int = 0, isTransparent: Bool = false,
        inputs: [PNGImage] = [], mask: PNGImage? = nil, caption: String = "test/image"
    ) {
        self.kind = kind
        self.prompt = prompt
        self.size = size
        self.seed = seed
        self.isTransparent = isTransparent
        self.inputs = inputs
        self.mask = mask
        self.caption = caption
    }

    /// The same picture for the same values, always.
    package func drawn() -> PNGImage {
        var canvas = Canvas(width: width, height: height)
        guard kind != .generate, let main = inputs.first else {
            if !isTransparent { paintScenery(&canvas) }
            write(prompt, on: &canvas, in: textBox)
            sign(&canvas)
            return canvas.image
        }
        canvas.draw(main, in: canvas.box.covered(byWidth: main.width, height: main.height))
        switch kind {
        case .generate, .edit: edit(&canvas)
        case .vary: vary(&canvas)
        case .upscale: break
        case .removeBackground: canvas.clearBackground()
        }
        return canvas.image
    }

    var width: Int { side(size?.width, inputs.first?.width) }
    var height: Int { side(size?.height, inputs.first?.height) }

    private func side(_ asked: Int?, _ input: Int?) -> Int {
        let own = kind == .upscale ? input.map { $0 * 2 } : input
        let usable = kind == .generate ? nil : own
        return min(max(asked ?? usable ?? 1024, Self.sides.lowerBound), Self.sides.upperBound)
    }

    func paintScenery(_ canvas: inout Canvas) {
        var scenery = Scenery(prompt: prompt, seed: seed)
        scenery.paint(&canvas)
    }

    /// The middle of the picture, above the caption.
    private var textBox: Box {
        let margin = min(width, height) / 10
        return Box(x: margin, y: margin, width: width - 2 * margin, height: height - 2 * margin - captionHeight)
    }

    private var captionScale: Int { max(1, min(width, height) / 400) }
    var captionHeight: Int { min(width, height) < 96 ? 0 : captionScale * 15 }

    /// A text in a panel, as large as it can be read in one look.
    func write(_ text: String, on canvas: inout Canvas, in box: Box) {
        let padding = max(2, min(box.width, box.height) / 16)
        let inner = box.inset(padding)
        guard !text.isEmpty, inner.width >= BitmapFont.advance * 4, inner.height >= BitmapFont.rows else { return }
        let largest = max(1, min(box.height / 24, max(box.width / 110, min(3, box.width / 64))))
        let block = TextBlock(text, fitting: inner, maximumScale: largest)
        let panel = box.centred(width: min(block.width + 2 * padding, box.width), height: min(block.height + 2 * padding, box.height))
        canvas.roundedRectangle(panel, radius: padding, .ink, alpha: 176)
        block.draw(on: &canvas, in: panel, .white)
    }

    /// The caption on a dark strip.
    func sign(_ canvas: inout Canvas) {
        guard captionHeight > 0 else { return }
        let strip = Box(x: 0, y: height - captionHeight, width: width, height: captionHeight)
        let text = TextBlock("\(caption) \(width)x\(height) seed \(seed)", fitting: strip, maximumScale: captionScale)
        canvas.rectangle(strip, .ink, alpha: 190)
        text.draw(on: &canvas, in: strip, .white)
    }
}
