import Compression
import Media
import Testing

@testable import Providers

struct TestVideoFileTests {
    private let video = TestVideo(
        prompt: "a fox", width: 96, height: 66, seconds: 1, seed: 3, caption: "test/video", badge: nil, inputs: [])

    @Test func `the index comes before the pictures, and its numbers are right`() throws {
        let bytes = video.made().video
        let boxes = Self.boxes(bytes[...])
        #expect(boxes.map(\.type) == ["ftyp", "moov", "mdat"])
        #expect(MediaType(sniffing: bytes) == .mp4)
        let movie = boxes[1].content
        let header = try #require(Self.find("mvhd", in: movie))
        #expect(Self.number(header, at: 12) == 1000 && Self.number(header, at: 16) == 1000)
        let table = try #require(Self.find("trak/mdia/minf/stbl", in: movie))
        let sizes = try #require(Self.find("stsz", in: table))
        let pictures = (0..<10).map { Self.number(sizes, at: 12 + $0 * 4) }
        #expect(Self.number(sizes, at: 8) == 10)
        #expect(pictures.reduce(0, +) == boxes[2].content.count)
        let offset = Self.number(try #require(Self.find("stco", in: table)), at: 8)
        #expect(offset == boxes[2].content.startIndex)
        let keys = try #require(Self.find("stss", in: table))
        #expect(Self.number(keys, at: 4) == 1 && Self.number(keys, at: 8) == 1)
    }

    @Test func `every picture is one unit with its length in front`() {
        let media = Self.boxes(video.made().video[...])[2].content
        var (place, kinds) = (0, [UInt8]())
        while place < media.count {
            kinds.append(media[media.startIndex + place + 4])
            place += 4 + Self.number(media, at: place)
        }
        #expect(place == media.count)
        #expect(kinds == [0x65] + [UInt8](repeating: 0x61, count: 9))
    }

    @Test func `the same values give the same files, another seed or badge others`() {
        let first = video.made().video
        #expect(first == video.made().video)
        var other = video
        other.seed = 4
        #expect(first != other.made().video)
        other = video
        other.width = 160
        let plain = other.made().video
        other.badge = "REMIX"
        #expect(plain != other.made().video)
    }

    @Test func `thumbnail and spritesheet are pictures`() throws {
        let files = video.made()
        let thumbnail = try PNGDecoder.decode(files.thumbnail[...], maximumPixels: 1 << 20)
        let sheet = try PNGDecoder.decode(files.spritesheet[...], maximumPixels: 1 << 20)
        #expect(thumbnail.width == 96 && thumbnail.height == 66)
        #expect(sheet.width == 384 && sheet.height == 264)
    }

    @Test(arguments: [(96, 66), (16, 16), (400, 300)])
    func `nothing that moves leaves a trace`(size: (Int, Int)) {
        var video = video
        (video.width, video.height) = size
        let ground = video.ground()
        let motion = video.motion(width: size.0, height: size.1)
        var canvas = ground
        for frame in 0..<motion.frames {
            motion.draw(frame, on: &canvas)
            for box in motion.boxes(frame) { canvas.restore(box, from: ground) }
            #expect(canvas.pixels == ground.pixels)
        }
    }

    @Test func `pictures that change nothing are a few bytes`() {
        let parameters = H264Parameters(width: 96, height: 66, framesPerSecond: 10)
        var encoder = H264Encoder(parameters)
        let canvas = video.ground()
        _ = encoder.key(canvas)
        #expect(encoder.change(canvas, within: [canvas.box]).count <= 8)
    }

    @Test func `white, black and grey are BT.709 in limited range`() {
        for (colour, luma) in [
            (Colour.white, UInt8(235)), (Colour(red: 0, green: 0, blue: 0), 16), (Colour(red: 128, green: 128, blue: 128), 126),
        ] {
            var canvas = Canvas(width: 16, height: 16)
            canvas.fill([colour], start: 0, right: 0, down: 0)
            let samples = canvas.videoSamples(column: 0, row: 0)
            #expect(Set(samples.prefix(256)) == [luma] && Set(samples.dropFirst(256)) == [128])
        }
    }

    @Test func `a macroblock is flat when all its blocks nearly are, and keeps its detail otherwise`() {
        var samples = [UInt8](repeating: 100, count: Macroblock.sampleCount)
        samples[5] = 103
        let flat = Macroblock(samples)
        #expect(flat.isFlat && Set(flat.samples) == [100])
        samples[5] = 200
        let plain = Macroblock(samples)
        #expect(!plain.isFlat && plain.samples == samples)
    }

    @Test(arguments: [(16, 16, 30), (1280, 720, 31), (1920, 1080, 40), (1920, 16, 31), (1024, 1792, 40)])
    func `the level has room for the size`(width: Int, height: Int, level: Int) {
        #expect(H264Parameters(width: width, height: height, framesPerSecond: 10).level == level)
    }

    private static func boxes(_ bytes: ArraySlice<UInt8>) -> [(type: String, content: ArraySlice<UInt8>)] {
        var (found, rest) = ([(type: String, content: ArraySlice<UInt8>)](), bytes)
        while rest.count >= 8 {
            let length = number(rest, at: 0)
            guard (8...rest.count).contains(length) else { return [] }
            let start = rest.startIndex
            found.append((String(decoding: rest[start + 4..<start + 8], as: UTF8.self), rest[start + 8..<start + length]))
            rest = rest[(start + length)...]
        }
        return found
    }

    private static func find(_ path: String, in bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var inner = bytes
        for name in path.split(separator: "/") {
            guard let box = boxes(inner).first(where: { $0.type == name }) else { return nil }
            inner = box.content
        }
        return inner
    }

    private static func number(_ bytes: ArraySlice<UInt8>, at offset: Int) -> Int {
        bytes.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
}
