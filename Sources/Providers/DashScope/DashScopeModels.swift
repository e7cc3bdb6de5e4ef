import Media

/// The families of models there are: the first line whose words are in the id counts. Bounds are the documentation's where it names them,
/// and unconfirmed elsewhere; they are drawn so that what is inside is accepted.
extension DashScopeModel {
    static let rows: [Row] = imageRows + videoRows

    /// An id that nobody knows.
    static let unknown = Row(
        words: [], wire: .multimodal, operations: [.generate, .edit, .video], inputs: 0...9, count: 1, size: .any)

    private static let imageRows: [Row] = [
        .image("qwen-image-edit-plus", makes: [.edit], inputs: 1...3, count: 6, within: .grid(qwenEdits)),
        .image("qwen-image-edit-max", makes: [.edit], inputs: 1...3, count: 6, within: .grid(qwenEdits)),
        .image("qwen-image-edit", makes: [.edit], inputs: 1...1, count: 1, within: .shapes(ShapeRule())),
        .image("qwen-image-2.1", makes: [.generate, .edit], inputs: 0...10, count: 6, within: .grid(qwen)),
        .image("qwen-image-2", makes: [.generate, .edit], inputs: 0...3, count: 6, within: .grid(qwen)),
        .image("qwen-image-3", makes: [.generate, .edit], inputs: 0...3, count: 6, within: .grid(qwen)),
        .image("qwen-image", count: 1, within: .sizes(firstQwen)),
        .image("z-image", count: 1, within: .grid(qwen)),
        .image("wan2.7-image", makes: [.generate, .edit], inputs: 0...9, count: 4, within: .grid(wan27)),
        .image("wan2.6-image", makes: [.edit], inputs: 1...4, count: 4, within: .grid(wanEdits)),
        .image("wan2.6-t2i", count: 4, within: .sizes(wan26)),
        .image("wan2.5-t2i", wire: .textToImage, count: 4, within: .sizes(wan26)),
        .image("-t2i", wire: .textToImage, count: 4, within: .grid(firstWan)),
        .image("-i2i", wire: .imageToImage, makes: [.edit], inputs: 1...3, count: 1, within: .grid(wanEdits)),
    ]

    private static let videoRows: [Row] = [
        .video("videoedit", wire: .media("reference_image"), makes: [.editVideo], inputs: 0...3, within: .shapes(wideTiers)),
        .video(
            "wan2.7", "i2v", wire: .media("frame"), makes: [.video, .extendVideo], inputs: 1...2, within: .shapes(tiers(720, 1080)),
            seconds: Set(2...15)),
        .video("wan2.7", "r2v", wire: .media("reference_image"), inputs: 1...5, within: .shapes(wideTiers), seconds: Set(2...10)),
        .video("wan2.7", "t2v", within: .shapes(wideTiers), seconds: Set(2...15)),
        .video("wan3", wire: .media("frame"), inputs: 0...2, within: .shapes(wideTiers)),
        .video("kf2v", wire: .frames, inputs: 1...2, within: .shapes(tiers(480, 720, 1080)), seconds: [5]),
        .video("r2v", wire: .references, inputs: 1...5, within: .sizes(hd.union(fullHD)), seconds: [5, 10]),
        .video("wan2.6", "i2v", inputs: 1...1, within: .shapes(tiers(720, 1080)), seconds: [5, 10, 15]),
        .video("wan2.5", "i2v", inputs: 1...1, within: .shapes(tiers(480, 720, 1080)), seconds: [5, 10]),
        .video("i2v", inputs: 1...1, within: .shapes(tiers(480, 720, 1080)), seconds: [5]),
        .video("wan2.6", "t2v", within: .sizes(hd.union(fullHD)), seconds: [5, 10, 15]),
        .video("wan2.5", "t2v", within: .sizes(sd.union(hd).union(fullHD)), seconds: [5, 10]),
        .video("t2v", within: .sizes(sd.union(hd).union(fullHD)), seconds: [5]),
        .image("wanx", wire: .textToImage, count: 4, within: .grid(firstWan)),
    ]

    private static let qwen = SizeGrid(step: 1, sides: 512...4096, maximumPixels: 4_194_304)
    private static let qwenEdits = SizeGrid(step: 1, sides: 512...2048)
    private static let wan27 = SizeGrid(step: 1, sides: 768...5461, maximumPixels: 4_194_304)
    private static let wanEdits = SizeGrid(step: 1, sides: 768...2133, maximumPixels: 1_638_400)
    private static let firstWan = SizeGrid(step: 1, sides: 512...1440)
    private static let firstQwen = sizes((1328, 1328), (1664, 928), (1472, 1104))
    /// Of an area between 1280 and 1440 squared.
    private static let wan26 = sizes((1280, 1280), (1536, 1152), (1632, 1088), (1792, 1008), (2016, 864))
    private static let sd = sizes((832, 480), (624, 624))
    private static let hd = sizes((1280, 720), (960, 960), (1088, 832))
    private static let fullHD = sizes((1920, 1080), (1440, 1440), (1632, 1248))
    private static let wideTiers = ShapeRule(["16:9", "9:16", "1:1", "4:3", "3:4"], tiers: tiers(720, 1080).tiers, measure: .shortSide)

    /// Each one and what it is on its side.
    private static func sizes(_ sides: (Int, Int)...) -> Set<Size> {
        Set(sides.flatMap { [Size.pixels(width: $0.0, height: $0.1), .pixels(width: $0.1, height: $0.0)] })
    }

    private static func tiers(_ sides: Int...) -> ShapeRule {
        ShapeRule([], tiers: sides.map { SizeTier("\($0)P", $0) }, measure: .shortSide)
    }
}
