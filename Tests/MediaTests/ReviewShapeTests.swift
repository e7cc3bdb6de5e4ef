import Media
import Testing

struct ReviewShapeTests {
    @Test func `a ratio that is the same in other numbers is no loss`() {
        let able = Capabilities(shapes: ShapeRule(["1:1", "16:9"]))
        let request = GenerationRequest(model: "m", prompt: "a cat", strict: true, extras: ["aspect_ratio": "32:18"])
        guard case .can(let adapted) = CapabilityFilter.verdict(on: request, with: able) else {
            return #expect(Bool(false), "an obstacle")
        }
        #expect(adapted.request.shape == Shape(ratio: "16:9"))
        #expect(adapted.warnings.isEmpty)
    }
}
