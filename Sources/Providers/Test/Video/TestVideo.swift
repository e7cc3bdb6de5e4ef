import Compression

/// A video that shows what was asked for: prompt, size, seed, length, and the images that came with it.
struct TestVideo: Sendable {
    var prompt: String
    /// Pixels, even.
    var width: Int
    var height: Int
    var seconds: Int
    var seed: Int
    /// Written at the lower edge.
    var caption: String
    /// What was done to another video, in the upper right corner.
    var badge: String?
    var inputs: [PNGImage]

    static let framesPerSecond = 10
    /// Pixels of either side.
    static let sides = 16...1920
    static let maximumPixels = 1920 * 1080

    /// Seconds from one picture that stands for itself to the next: nobody seeks further than that.
    private static let keyDistance = 10
    /// Pixels of the longer side of a thumbnail, and of one picture of a spritesheet.
    private static let thumbnailSide = 640, spriteSide = 160
    /// Pictures of a spritesheet in each row and column.
    private static let sprites = 4

    /// MP4, and two PNG files.
    struct Files: Sendable {
        var video: [UInt8]
        var thumbnail: [UInt8]
        var spritesheet: [UInt8]
    }

    /// The same files for the same values, always. Takes long: not for an event loop.
    func made() -> Files {
        let ground = ground()
        return Files(video: video(on: ground), thumbnail: thumbnail(of: ground), spritesheet: spritesheet(of: ground))
    }

    /// All that does not move.
    func ground() -> Canvas {
        var canvas = stillPicture()
        showBadge(on: &canvas)
        motion(width: width, height: height).drawGround(on: &canvas)
        return canvas
    }

    /// What moves, in a picture of another size too.
    func motion(width: Int, height: Int) -> VideoMotion {
        let footer = picture.captionHeight * height / self.height
        return VideoMotion(
            width: width, height: height, frames: frames, framesPerSecond: Self.framesPerSecond, accent: accent, footer: footer)
    }

    var frames: Int { seconds * Self.framesPerSecond }

    private var accent: Colour { Scenery(prompt: prompt, seed: seed).accent }

    private var picture: TestPicture {
        TestPicture(
            kind: inputs.isEmpty ? .generate : .edit, prompt: prompt, size: (width, height), seed: seed, inputs: inputs,
            caption: "\(caption) \(seconds) s")
    }

    /// Below the sides that a picture may have, there is only room for the scenery.
    private func stillPicture() -> Canvas {
        guard min(width, height) < TestPicture.sides.lowerBound else { return Canvas(picture.drawn()) }
        var canvas = Canvas(width: width, height: height)
        picture.paintScenery(&canvas)
        return canvas
    }

    private func showBadge(on canvas: inout Canvas) {
        let scale = max(1, min(width, height) / 240)
        guard let badge, width >= 128, height >= 48 else { return }
        let size = (width: (badge.count * BitmapFont.advance + 7) * scale, height: (BitmapFont.baseline + 3) * scale)
        let box = Box(x: width - size.width - 4 * scale, y: 4 * scale, width: size.width, height: size.height)
        canvas.rectangle(box, accent)
        TextBlock.draw(badge, on: &canvas, x: box.x + 4 * scale, y: box.y + 3 * scale, scale: scale, .ink)
    }

    private func video(on ground: Canvas) -> [UInt8] {
        let parameters = H264Parameters(width: width, height: height, framesPerSecond: Self.framesPerSecond)
        var encoder = H264Encoder(parameters)
        var file = MP4File(parameters)
        let motion = motion(width: width, height: height)
        var canvas = ground
        for frame in 0..<frames {
            let before = frame > 0 ? motion.boxes(frame - 1) : []
            for box in before { canvas.restore(box, from: ground) }
            motion.draw(frame, on: &canvas)
            let isKey = frame % (Self.keyDistance * Self.framesPerSecond) == 0
            file.append(isKey ? encoder.key(canvas) : encoder.change(canvas, within: before + motion.boxes(frame)), isKey: isKey)
        }
        return file.bytes
    }

    /// The frame in the middle.
    private func thumbnail(of ground: Canvas) -> [UInt8] {
        let small = ground.image.shrunk(toFit: Self.thumbnailSide)
        return PNGEncoder.encode(sprite(small, frame: frames / 2))
    }

    /// Frames at equal distances, row by row.
    private func spritesheet(of ground: Canvas) -> [UInt8] {
        let small = ground.image.shrunk(toFit: Self.spriteSide)
        var sheet = Canvas(width: small.width * Self.sprites, height: small.height * Self.sprites)
        for index in 0..<Self.sprites * Self.sprites {
            let image = sprite(small, frame: index * frames / (Self.sprites * Self.sprites))
            let (column, row) = (index % Self.sprites, index / Self.sprites)
            sheet.draw(image, in: Box(x: column * small.width, y: row * small.height, width: small.width, height: small.height))
        }
        return PNGEncoder.encode(sheet.image)
    }

    private func sprite(_ ground: PNGImage, frame: Int) -> PNGImage {
        var canvas = Canvas(ground)
        let motion = motion(width: canvas.width, height: canvas.height)
        motion.drawGround(on: &canvas)
        motion.draw(frame, on: &canvas)
        return canvas.image
    }
}
