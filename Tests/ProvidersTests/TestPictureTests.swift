import Compression
import Testing

@testable import Providers

struct TestPictureTests {
    @Test(arguments: [(64, 64), (96, 640), (333, 217), (512, 512)], [false, true])
    func `a picture has the asked size, and transparency only when asked`(size: (Int, Int), isTransparent: Bool) {
        let image = TestPicture(prompt: "a red fox", size: size, isTransparent: isTransparent).drawn()
        #expect(image.width == size.0 && image.height == size.1)
        #expect(image.isOpaque != isTransparent)
    }

    @Test func `the same values give the same picture, another seed or prompt another one`() {
        let one = TestPicture(prompt: "a red fox", size: (64, 64), seed: 1)
        var otherSeed = one
        otherSeed.seed = 2
        var otherPrompt = one
        otherPrompt.prompt = "a red box"
        #expect(one.drawn() == one.drawn())
        #expect(one.drawn() != otherSeed.drawn())
        #expect(one.drawn() != otherPrompt.drawn())
    }

    @Test func `the numbers behind a picture are the same on every machine`() {
        var random = StableRandom("a red fox", seed: 7)
        #expect((0..<3).map { _ in random.next() } == [0xd49d3cf6955413f3, 0xdef3de7f4ec7f275, 0xa883005a5878a5cf])
    }

    @Test(arguments: ["", " ", "i", String(repeating: "W", count: 5000), String(repeating: "long words here ", count: 2000), "日本語 🦊\r\n\0"])
    func `no prompt is too odd to draw`(prompt: String) {
        #expect(TestPicture(prompt: prompt, size: (64, 128)).drawn().width == 64)
    }

    @Test func `sizes beyond what can be drawn are brought inside`() {
        let image = TestPicture(kind: .upscale, prompt: "", inputs: [plain(20, 3000)]).drawn()
        #expect(image.width == 64 && image.height == 4096)
    }

    @Test func `an edit keeps what the mask covers and changes what it leaves open`() {
        let main = plain(128, 128)
        var mask = plain(64, 64)
        for pixel in 0..<64 * 24 { mask.pixels[pixel * 4 + 3] = 0 }
        let edited = TestPicture(kind: .edit, prompt: "a hat", inputs: [main], mask: mask).drawn()
        #expect(edited.isOpaque)
        #expect(edited.pixel(64, 80) == main.pixel(64, 80))
        #expect(edited.pixel(3, 3) != main.pixel(3, 3))
    }

    @Test func `an edit shows the other inputs on top of the first`() {
        let others = [plain(40, 40, red: 250), plain(40, 20, red: 1)]
        let edited = TestPicture(kind: .edit, prompt: "", inputs: [plain(128, 128)] + others).drawn()
        #expect(edited.pixel(20, 20) == [250, 90, 30, 255])
        #expect(edited.pixel(60, 20) == [1, 90, 30, 255])
        #expect(edited.pixel(120, 60) == [120, 90, 30, 255])
    }

    @Test func `an upscaled picture is twice as large, or as large as asked`() {
        let small = plain(100, 80)
        let doubled = TestPicture(kind: .upscale, prompt: "", inputs: [small]).drawn()
        let sized = TestPicture(kind: .upscale, prompt: "", size: (300, 300), inputs: [small]).drawn()
        #expect(doubled == plain(200, 160))
        #expect(sized == plain(300, 300))
    }

    @Test func `removing the background clears the corners' colour and nothing else`() {
        var image = plain(96, 96)
        for y in 32..<64 { for x in 32..<64 { image.pixels[(y * 96 + x) * 4] = 255 } }
        let cut = TestPicture(kind: .removeBackground, prompt: "", inputs: [image]).drawn()
        #expect(cut.pixel(0, 0)[3] == 0 && cut.pixel(95, 95)[3] == 0)
        #expect(cut.pixel(48, 48) == [255, 90, 30, 255])
    }

    @Test func `a variation is mirrored`() {
        var image = plain(96, 96)
        for y in 0..<96 { image.pixels[y * 96 * 4] = 0 }
        let varied = TestPicture(kind: .vary, prompt: "", inputs: [image]).drawn()
        #expect(varied.pixel(95, 10) != varied.pixel(0, 10))
        #expect(varied.pixel(50, 10) == varied.pixel(0, 10))
    }

    @Test func `a preview has fewer colours and the same size`() {
        let image = TestPicture(prompt: "a red fox", size: (128, 96)).drawn()
        let preview = image.pixelated(block: 32)
        #expect(preview.width == 128 && preview.height == 96)
        let colours = Set((0..<128 * 96).map { preview.pixel($0 % 128, $0 / 128) })
        #expect((2...12).contains(colours.count))
    }

    @Test func `an image that cannot be decoded has a card of its size`() {
        #expect(InputCard(label: "JPEG", size: (320, 100)).drawn().width == 320)
        #expect(InputCard(label: "WEBP", size: nil).drawn().height == 512)
        #expect(InputCard(label: "GIF", size: (1, 60_000)).drawn().height == 4096)
    }

    private func plain(_ width: Int, _ height: Int, red: UInt8 = 120) -> PNGImage {
        PNGImage(width: width, height: height, pixels: (0..<width * height).flatMap { _ in [red, 90, 30, 255] })
    }
}

extension PNGImage {
    fileprivate func pixel(_ x: Int, _ y: Int) -> [UInt8] { Array(pixels[(y * width + x) * 4..<(y * width + x) * 4 + 4]) }
}
