import HTTP
import Media
import Testing

@Suite struct CapabilityShapeTests {
    static let rule = ShapeRule(["1:1", "16:9", "9:16"], tiers: [SizeTier("1K", 1024), SizeTier("2K", 2048)])
    let picture = MediaInput(content: .data(ByteSource([1, 2, 3])), type: .png, fileName: "image-0.png")

    func adapted(_ request: GenerationRequest, _ capabilities: Capabilities) -> CapabilityFilter.Adapted? {
        guard case .can(let adapted) = CapabilityFilter.verdict(on: request, with: SharedCapabilities(capabilities)) else { return nil }
        return adapted
    }

    func obstacle(_ request: GenerationRequest, _ capabilities: Capabilities) -> FallbackPlan.Obstacle? {
        guard case .cannot(let obstacle) = CapabilityFilter.verdict(on: request, with: SharedCapabilities(capabilities)) else { return nil }
        return obstacle
    }

    func shaped(
        _ size: Size = .auto, _ extras: JSONObject = [:], by rule: ShapeRule = rule, strict: Bool = false
    ) -> CapabilityFilter.Adapted? {
        adapted(GenerationRequest(model: "m", size: size, strict: strict, extras: extras), Capabilities(shapes: rule))
    }

    @Test func `a size that is a shape of the provider's is no warning, also where the caller is strict`() {
        let able = shaped(.pixels(width: 2048, height: 2048), strict: true)
        #expect(able?.request.shape == Shape(ratio: "1:1", tier: "2K"))
        #expect(able?.warnings == [])
    }

    @Test(
        arguments: [
            (rule, "1920x1080 became 16:9, 1K", Shape(ratio: "16:9", tier: "1K")),
            (ShapeRule(["1:1", "16:9"]), "1920x1080 became 16:9", Shape(ratio: "16:9")),
            (ShapeRule(tiers: [SizeTier("1K", 1024)]), "1920x1080 became 1K", Shape(tier: "1K")),
            (ShapeRule(), "1920x1080 is left to the provider", Shape()),
        ] as [(ShapeRule, String, Shape)])
    func `any other size becomes the nearest shape, with a warning`(rule: ShapeRule, message: String, shape: Shape) {
        let size = Size.pixels(width: 1920, height: 1080)
        let able = shaped(size, by: rule)
        #expect(able?.request.shape == shape)
        #expect(able?.request.size == size)
        #expect(able?.warnings == [Warning(field: "size", message: message)])
        #expect(obstacle(GenerationRequest(model: "m", size: size, strict: true), Capabilities(shapes: rule))?.field == "size")
    }

    @Test func `without a size, aspect_ratio and resolution say it`() {
        let able = shaped(.auto, ["aspect_ratio": "9:16", "resolution": "2k", "style": "vivid"])
        #expect(able?.request.shape == Shape(ratio: "9:16", tier: "2K"))
        #expect(able?.request.extras == ["style": "vivid"])
        #expect(able?.warnings == [])
        #expect(shaped()?.request.shape == Shape())
    }

    @Test func `a size counts before aspect_ratio and resolution`() {
        let able = shaped(.pixels(width: 1024, height: 1024), ["aspect_ratio": "9:16", "resolution": "2K"])
        #expect(able?.request.shape == Shape(ratio: "1:1", tier: "1K"))
        #expect(able?.warnings == [])
    }

    @Test func `a ratio that the provider has not becomes the nearest one`() {
        let able = shaped(.auto, ["aspect_ratio": "21:9"])
        #expect(able?.request.shape == Shape(ratio: "16:9"))
        #expect(able?.warnings == [Warning(field: "aspect_ratio", message: "21:9 became 16:9")])
        let deaf = shaped(.auto, ["aspect_ratio": "21:9"], by: ShapeRule(tiers: [SizeTier("1K", 1024)]))
        #expect(deaf?.warnings == [Warning(field: "aspect_ratio", message: "21:9 is left to the provider")])
        #expect(deaf?.request.extras == [:])
    }

    @Test func `what is no ratio and no known step is left to the provider as it is`() {
        let extras: JSONObject = ["aspect_ratio": "match_input_image", "resolution": "8K"]
        let able = shaped(.auto, extras)
        #expect(able?.request.shape == Shape())
        #expect(able?.request.extras == extras)
        #expect(able?.warnings == [])
    }

    @Test func `a provider without shapes keeps the extras, and has no shape`() {
        let request = GenerationRequest(model: "m", extras: ["aspect_ratio": "9:16"])
        #expect(adapted(request, Capabilities())?.request.extras == ["aspect_ratio": "9:16"])
        #expect(adapted(request, Capabilities())?.request.shape == nil)
    }

    @Test(arguments: [(1024, 768, nil), (1000, 1000, "1000x1000 became 1008x1008"), (8192, 4096, "8192x4096 became 2048x1024")])
    func `a grid takes what fits, and makes fit what does not`(width: Int, height: Int, message: String?) {
        let grid = SizeGrid(step: 16, sides: 256...2048)
        let request = GenerationRequest(model: "m", size: .pixels(width: width, height: height))
        let able = adapted(request, Capabilities(grid: grid))
        #expect(able?.warnings == (message.map { [Warning(field: "size", message: $0)] } ?? []))
        #expect(able.map { "\($0.request.size)" } == (message?.split(separator: " ").last.map(String.init) ?? "\(width)x\(height)"))
        #expect(adapted(GenerationRequest(model: "m"), Capabilities(grid: grid))?.request.size == .auto)
    }

    @Test func `too few inputs are an obstacle`() {
        let able = Capabilities(operations: [.edit], minimumInputs: 2, maximumInputs: 2)
        let one = GenerationRequest(operation: .edit, model: "m", inputs: [picture])
        #expect(obstacle(one, able)?.field == "image")
        #expect(adapted(GenerationRequest(operation: .edit, model: "m", inputs: [picture, picture]), able) != nil)
    }

    @Test func `where a mask is needed none is an obstacle`() {
        let able = Capabilities(operations: [.edit], acceptsMask: true, needsMask: true, maximumInputs: 1)
        let bare = GenerationRequest(operation: .edit, model: "m", inputs: [picture])
        #expect(obstacle(bare, able)?.field == "mask")
        #expect(adapted(GenerationRequest(operation: .edit, model: "m", inputs: [picture], mask: picture), able) != nil)
    }
}
