import Media
import Testing

struct ReviewShapeTests {
    @Test(.timeLimit(.minutes(1))) func `a hundred thousand unknown fields are dropped at once, and not all of them named`() {
        let able = Capabilities(knownExtras: ["field-7"])
        let extras = JSONObject((0..<100_000).map { ("field-\($0)", .integer($0)) })
        let request = GenerationRequest(model: "m", prompt: "a cat", extras: extras)
        guard case .can(let adapted) = CapabilityFilter.verdict(on: request, with: SharedCapabilities(able)) else {
            return #expect(Bool(false), "an obstacle")
        }
        #expect(adapted.request.extras == ["field-7": 7])
        #expect(adapted.warnings.count == 21)
        #expect(adapted.warnings.last?.message == "ignored by this provider, and so are 99978 other fields")
    }

    @Test func `a ratio that is the same in other numbers is no loss`() {
        let able = Capabilities(shapes: ShapeRule(["1:1", "16:9"]))
        let request = GenerationRequest(model: "m", prompt: "a cat", strict: true, extras: ["aspect_ratio": "32:18"])
        guard case .can(let adapted) = CapabilityFilter.verdict(on: request, with: SharedCapabilities(able)) else {
            return #expect(Bool(false), "an obstacle")
        }
        #expect(adapted.request.shape == Shape(ratio: "16:9"))
        #expect(adapted.warnings.isEmpty)
    }
}
