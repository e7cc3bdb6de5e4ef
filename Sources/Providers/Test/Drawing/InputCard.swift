import Compression

/// A card that stands for an image that cannot be decoded here: its type, and its size where the header tells it.
struct InputCard {
    var label: String
    var size: (width: Int, height: Int)?

    /// As large as the image, within the sides a picture may have; 512x512 when the size is unknown.
    func drawn() -> PNGImage {
        let sides = TestPicture.sides
        let width = min(max(size?.width ?? 512, sides.lowerBound), sides.upperBound)
        let height = min(max(size?.height ?? 512, sides.lowerBound), sides.upperBound)
        var canvas = Canvas(width: width, height: height)
        let accent = Scenery(prompt: label, seed: width &* 31 &+ height).accent
        canvas.fill([accent], start: 0, right: 0, down: 0)
        let edge = max(1, min(width, height) / 32)
        canvas.roundedRectangle(canvas.box.inset(edge), radius: edge * 2, .white, alpha: 230)
        let box = canvas.box.inset(edge * 3)
        let text = size.map { "\(label) \($0.width)x\($0.height)" } ?? label
        TextBlock(text, fitting: box, maximumScale: max(1, box.height / 30)).draw(on: &canvas, in: box, .ink)
        return canvas.image
    }
}
