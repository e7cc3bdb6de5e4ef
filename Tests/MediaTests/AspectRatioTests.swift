import Media
import Testing

@Suite struct AspectRatioTests {
    @Test(arguments: [("16:9", 16, 9), ("16x9", 16, 9), ("1:1", 1, 1), ("1024x1536", 1024, 1536), ("10000:1", 10_000, 1)])
    func `a ratio is two numbers with a colon or an x between`(text: String, width: Int, height: Int) {
        #expect(AspectRatio(parsing: text) == AspectRatio(width: width, height: height))
    }

    @Test(arguments: ["", "16", "16:", ":9", "0:1", "1:0", "-1:1", "16:9:1", "16 : 9", "a:b", "1.5:1", "10001:1", "16/9", "auto"])
    func `what is no ratio is nil`(text: String) {
        #expect(AspectRatio(parsing: text) == nil)
    }

    @Test func `a ratio is written with a colon, or as a provider wants it`() {
        let ratio: AspectRatio = "16x9"
        #expect(ratio.description == "16:9")
        #expect(ratio.text(separator: "x") == "16x9")
    }

    @Test(arguments: [("16:9", "1920x1080", true), ("1:1", "7:7", true), ("16:9", "9:16", false), ("16:9", "1919x1080", false)])
    func `ratios are similar whatever their sides`(one: String, other: String, same: Bool) throws {
        let (one, other) = (try #require(AspectRatio(parsing: one)), try #require(AspectRatio(parsing: other)))
        #expect(one.isSimilar(to: other) == same)
        #expect((one == other) == (one.description == other.description))
    }

    @Test(arguments: [
        ("1:1", "1:1"), ("1920x1080", "16:9"), ("1080x1920", "9:16"), ("5:4", "4:3"), ("21:9", "16:9"), ("1:10000", "9:16"),
        ("1023x1024", "1:1"),
    ])
    func `the ratio that stretches a picture least is the nearest`(wanted: String, nearest: String) throws {
        let ratios: [AspectRatio] = ["1:1", "16:9", "9:16", "4:3", "3:4"]
        #expect(try #require(AspectRatio(parsing: wanted)).nearest(in: ratios)?.description == nearest)
    }

    @Test func `of two that are alike the earlier one counts, and of none none`() throws {
        let wide: AspectRatio = "2:1"
        #expect(wide.nearest(in: ["1:1", "4:1"]) == "1:1")
        #expect(wide.nearest(in: ["4:1", "1:1"]) == "4:1")
        #expect(wide.nearest(in: ["16:8", "2:1"]) == "16:8")
        #expect(wide.nearest(in: []) == nil)
    }

    @Test func `sides of any length can be compared`() throws {
        let thin = try #require(AspectRatio(width: Int.max, height: 3))
        #expect(!thin.isSimilar(to: "1:1"))
        #expect(thin.isSimilar(to: thin))
        #expect(thin.nearest(in: ["1:1", "21:9"]) == "21:9")
    }
}

@Suite struct ShapeRuleTests {
    static let pictures = ShapeRule(["1:1", "16:9", "9:16"], tiers: [SizeTier("1K", 1024), SizeTier("2K", 2048)])
    static let videos = ShapeRule(["16:9", "9:16"], tiers: [SizeTier("720p", 720), SizeTier("1080p", 1080)], measure: .shortSide)

    @Test(
        arguments: [
            (pictures, 1024, 1024, "1:1", "1K", true), (pictures, 2048, 2048, "1:1", "2K", true),
            (pictures, 1000, 1000, "1:1", "1K", false),
            (pictures, 1920, 1080, "16:9", "1K", false), (pictures, 4096, 4096, "1:1", "2K", false),
            (pictures, 1536, 1536, "1:1", "1K", false), (pictures, 16, 16_384, "9:16", "1K", false),
            (videos, 1280, 720, "16:9", "720p", true), (videos, 1080, 1920, "9:16", "1080p", true),
            (videos, 1280, 768, "16:9", "720p", false),
            (videos, 900, 1600, "9:16", "720p", false), (videos, 720, 720, "16:9", "720p", false),
        ] as [(ShapeRule, Int, Int, AspectRatio, String, Bool)])
    func `a size has a nearest shape, and may be just that`(
        rule: ShapeRule, width: Int, height: Int, ratio: AspectRatio, tier: String, isExact: Bool
    ) {
        let found = rule.shape(of: width, height)
        #expect(found.shape == Shape(ratio: ratio, tier: tier))
        #expect(found.isExact == isExact)
    }

    @Test func `what a rule does not have is the provider's choice, and never exact`() {
        #expect(ShapeRule(["1:1"]).shape(of: 512, 512).shape == Shape(ratio: "1:1"))
        #expect(!ShapeRule(["1:1"]).shape(of: 512, 512).isExact)
        let steps = ShapeRule(tiers: [SizeTier("1K", 1024)]).shape(of: 1024, 1024)
        #expect(steps.shape == Shape(tier: "1K"))
        #expect(!steps.isExact)
        #expect(ShapeRule().shape(of: 512, 512).shape == Shape())
        #expect(Self.pictures.shape(of: 0, 512).shape == Shape())
    }
}

@Suite struct SizeGridTests {
    static let free = SizeGrid(step: 16, sides: 256...2048)
    static let bounded = SizeGrid(step: 16, sides: 64...4096, maximumPixels: 1 << 20)

    @Test(arguments: [
        (free, 1024, 768, 1024, 768), (free, 1000, 1000, 1008, 1008), (free, 1001, 999, 1008, 992), (free, 4096, 2048, 2048, 1024),
        (free, 100, 100, 256, 256), (free, 128, 512, 256, 1024), (free, 1, 1, 256, 256),
        (bounded, 1024, 1024, 1024, 1024), (bounded, 2048, 2048, 1024, 1024), (bounded, 2000, 1000, 1440, 720),
        (SizeGrid(step: 8, sides: 100...999), 50, 5000, 104, 992), (SizeGrid(step: 1, sides: 1...100), 33, 77, 33, 77),
    ])
    func `a size becomes the nearest one that can be made`(grid: SizeGrid, width: Int, height: Int, fitWidth: Int, fitHeight: Int) {
        let fitted = grid.fitted(width: width, height: height)
        #expect([fitted.width, fitted.height] == [fitWidth, fitHeight])
    }

    @Test(arguments: [
        free, bounded, SizeGrid(step: 8, sides: 512...4096, maximumPixels: 1 << 20), SizeGrid(step: 32, sides: 320...1440),
        SizeGrid(step: 64, sides: 1000...3000, maximumPixels: 4_000_000),
    ])
    func `whatever is asked, the size is within bounds, in steps, and stays as it is`(grid: SizeGrid) {
        let sides = [1, 7, 100, 511, 512, 1000, 1024, 1536, 3000, 4096, 16_384, 1 << 40]
        for (width, height) in sides.flatMap({ width in sides.map { (width, $0) } }) {
            let fitted = grid.fitted(width: width, height: height)
            #expect(grid.sides.contains(fitted.width) && grid.sides.contains(fitted.height), "\(width)x\(height)")
            #expect(fitted.width % grid.step == 0 && fitted.height % grid.step == 0, "\(width)x\(height)")
            #expect(fitted.width * fitted.height <= grid.maximumPixels ?? .max, "\(width)x\(height)")
            let again = grid.fitted(width: fitted.width, height: fitted.height)
            #expect([again.width, again.height] == [fitted.width, fitted.height], "\(width)x\(height)")
            #expect((fitted.width > fitted.height) == (width > height) || fitted.width == fitted.height, "\(width)x\(height)")
        }
    }
}
