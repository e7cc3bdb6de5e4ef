import Compression

extension TestPicture {
    /// The first input is the ground, the others stand on it in a row; the prompt appears where the mask is transparent, else below.
    func edit(_ canvas: inout Canvas) {
        if let mask {
            repaint(&canvas, where: mask)
        } else {
            let height = canvas.height / 3
            let box = Box(x: 0, y: canvas.height - height - captionHeight, width: canvas.width, height: height)
            write(prompt, on: &canvas, in: box.inset(min(box.width, box.height) / 16))
        }
        showOthers(on: &canvas)
        sign(&canvas)
    }

    /// The input seen in a mirror, through coloured glass.
    func vary(_ canvas: inout Canvas) {
        canvas.mirror()
        let colour = Scenery(prompt: prompt, seed: seed &+ 1).accent
        for y in 0..<canvas.height { canvas.tint(row: y, colour, share: 80) }
        sign(&canvas)
    }

    private func repaint(_ canvas: inout Canvas, where mask: PNGImage) {
        var holes = Canvas(width: canvas.width, height: canvas.height)
        holes.draw(mask, in: holes.box)
        guard let box = holes.transparentBox else { return }
        var fresh = Canvas(width: canvas.width, height: canvas.height)
        paintScenery(&fresh)
        write(prompt, on: &fresh, in: box)
        canvas.mix(fresh) { 255 - holes.alpha(at: $0) }
    }

    private func showOthers(on canvas: inout Canvas) {
        let others = inputs.dropFirst()
        guard !others.isEmpty else { return }
        let gap = max(2, min(canvas.width, canvas.height) / 48)
        let width = min((canvas.width - gap) / max(others.count, 3) - gap, canvas.height / 3)
        for (index, image) in others.enumerated() where width > 8 {
            let place = Box(x: gap + index * (width + gap), y: gap, width: width, height: width)
            let picture = place.inset(max(1, gap / 4)).fitting(width: image.width, height: image.height)
            canvas.rectangle(picture.inset(-max(1, gap / 4)), .white)
            canvas.draw(image, in: picture)
        }
    }
}

extension Canvas {
    /// - Parameter pixel: index from the top left.
    func alpha(at pixel: Int) -> UInt8 { pixels[pixel * 4 + 3] }

    /// The smallest box around all pixels that are more transparent than not; nil: there are none.
    var transparentBox: Box? {
        var (left, right, top, bottom) = (width, -1, height, -1)
        for y in 0..<height {
            for x in 0..<width where alpha(at: y * width + x) < 128 {
                (left, right) = (min(left, x), max(right, x))
                (top, bottom) = (min(top, y), max(bottom, y))
            }
        }
        return right < 0 ? nil : Box(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
    }
}
