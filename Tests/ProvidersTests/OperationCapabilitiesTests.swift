import HTTP
import Media
import Testing

@testable import Providers

@Suite struct `What providers can for one operation` {
    /// What is asked of one operation of one model.
    struct Line: Sendable, CustomTestStringConvertible {
        var type: String
        var model: String
        var operation: GenerationRequest.Operation
        /// nil: any.
        var seconds: Set<Int>?
        /// Of images.
        var inputs: ClosedRange<Int>
        /// A size becomes a warning.
        var keepsSize: Bool

        init(
            _ type: String, _ model: String, _ operation: GenerationRequest.Operation, _ inputs: ClosedRange<Int>, seconds: Set<Int>? = nil,
            keepsSize: Bool = false
        ) {
            self.type = type
            self.model = model
            self.operation = operation
            self.seconds = seconds
            self.inputs = inputs
            self.keepsSize = keepsSize
        }

        var testDescription: String { "\(type)/\(model) \(operation.rawValue)" }
    }

    static let lines = [
        Line("xai", "grok-next", .generate, 0...0), Line("xai", "grok-next", .edit, 1...3),
        Line("xai", "grok-next", .video, 0...7, seconds: Set(1...15)),
        Line("xai", "grok-next", .editVideo, 0...0, seconds: [], keepsSize: true),
        Line("xai", "grok-imagine-video", .extendVideo, 0...0, seconds: Set(2...10), keepsSize: true),
        Line("kling", "kling-v2-1", .generate, 0...0), Line("kling", "kling-v2-1", .edit, 1...4),
        Line("kling", "kling-v2-1", .video, 0...2, seconds: [5, 10]),
        Line("kling", "kling-v2-1", .extendVideo, 0...0, seconds: [], keepsSize: true),
        Line("kling", "kling-v3-omni", .editVideo, 0...7, seconds: []),
        Line("runway", "seedance2_5", .editVideo, 0...30, seconds: [], keepsSize: true),
        Line("runway", "seedance2_5", .extendVideo, 0...30, keepsSize: true),
        Line("runway", "gpt_image_2", .generate, 0...0), Line("runway", "gen9", .video, 0...16),
        Line("vertex", "veo-3.1-generate-001", .video, 0...3, seconds: [4, 6, 8]),
        Line("vertex", "veo-3.1-generate-001", .extendVideo, 0...0, seconds: [7]),
        Line("dashscope", "wan2.7-i2v", .video, 1...2, seconds: Set(2...15)),
        Line("dashscope", "wan2.7-i2v", .extendVideo, 0...1, seconds: Set(2...15)),
        Line("dashscope", "something-new", .video, 0...1), Line("dashscope", "something-new", .edit, 1...9),
        Line("bedrock", "amazon.nova-canvas-v1:0", .generate, 0...0), Line("bedrock", "amazon.nova-canvas-v1:0", .edit, 1...5),
        Line("bedrock", "amazon.nova-canvas-v1:0", .removeBackground, 1...1, keepsSize: true),
        Line("bedrock", "stability.sd3-5-large-v1:0", .generate, 0...0),
        Line("bedrock", "stability.sd3-5-large-v1:0", .edit, 1...1, keepsSize: true),
        Line("bfl", "flux-2-pro", .generate, 0...0), Line("bfl", "flux-2-pro", .edit, 1...8),
        Line("stability", "ultra", .generate, 0...0), Line("stability", "ultra", .edit, 1...1, keepsSize: true),
        Line("recraft", "recraftv3", .generate, 0...0), Line("recraft", "recraftv3", .edit, 1...1, keepsSize: true),
        Line("recraft", "variateImage", .vary, 1...1),
        Line("ideogram", "ideogram-v3", .generate, 0...0), Line("ideogram", "ideogram-v3", .edit, 1...1),
        Line("openai", "gpt-image-2", .edit, 1...16), Line("openai", "sora-2", .video, 0...1, seconds: [4, 8, 12]),
        Line("openai", "sora-2", .editVideo, 0...0, seconds: [], keepsSize: true),
        Line("openai", "sora-2", .extendVideo, 0...0, seconds: [4, 8, 12, 16, 20], keepsSize: true),
        Line("azure", "ours", .video, 0...1, seconds: [4, 8, 12]), Line("azure", "ours", .generate, 0...0),
        Line("luma", "ray-2", .extendVideo, 0...1, seconds: [5, 9]),
        Line("luma", "ray-2", .remixVideo, 0...1, seconds: [], keepsSize: true), Line("luma", "dream", .edit, 1...4),
        Line("ark", "ep-2026", .generate, 0...0), Line("ark", "ep-2026", .editVideo, 0...14),
        Line("together", "acme/unheard-of", .generate, 0...0), Line("together", "acme/unheard-of", .video, 0...8),
    ]

    @Test(arguments: lines)
    func `inputs, lengths and sizes are those of the operation`(_ line: Line) throws {
        let capabilities = try provider(line.type).capabilities(for: line.model, line.operation)
        #expect(capabilities.operations.contains(line.operation))
        #expect(capabilities.seconds == line.seconds)
        #expect(capabilities.minimumInputs...max(capabilities.minimumInputs, capabilities.maximumInputs) == line.inputs)
        #expect((capabilities.shapes == ShapeRule()) == line.keepsSize)
    }

    @Test(
        arguments: [
            ("runway", "gen4.5"), ("minimax", "MiniMax-Hailuo-02"), ("minimax", "MiniMax-H3"), ("ark", "doubao-seedance-1-0-pro-250528"),
            ("ark", "ep-2026"), ("together", "Wan-AI/Wan2.2-T2V-A14B"), ("xai", "grok-imagine-video"), ("dashscope", "wan2.6-t2v"),
            ("kling", "kling-v2-6"), ("replicate", "google/veo-3"), ("vertex", "veo-3.1-generate-001"),
        ])
    func `addresses that expire are no lasting names`(_ type: String, _ model: String) throws {
        #expect(!(try provider(type).capabilities(for: model, .editVideo).namesOwnVideos))
    }

    @Test(arguments: [("kling", "kling-v2-6"), ("openai", "sora-2"), ("gemini", "gemini-omni-1.1-flash"), ("luma", "ray-2")])
    func `names that last are kept`(_ type: String, _ model: String) throws {
        #expect(try provider(type).capabilities(for: model, .extendVideo).namesOwnVideos)
    }

    @Test(arguments: [
        ("openai", "sora-2", GenerationRequest.Operation.remixVideo), ("kling", "kling-v2-6", .extendVideo),
        ("luma", "ray-2", .extendVideo),
    ])
    func `what only goes by a name takes no video`(_ type: String, _ model: String, _ operation: GenerationRequest.Operation) throws {
        #expect(!(try provider(type).capabilities(for: model, operation).acceptsVideoFile))
    }

    @Test func `a masked edit at Nova Canvas and Ideogram has the size of its picture`() throws {
        #expect(try provider("bedrock").capabilities(for: "amazon.nova-canvas-v1:0", .edit).maskKeepsSize)
        #expect(try provider("ideogram").capabilities(for: "ideogram-v3", .edit).maskKeepsSize)
    }

    @Test(arguments: ProviderRegistry.descriptions.compactMap { entry in entry.description.map { Shown(entry.type, $0) } })
    func `what one operation can is within what the model can`(_ shown: Shown) throws {
        let provider = try shown.provider()
        for model in shown.description.examples {
            let all = provider.capabilities(for: model)
            for operation in all.operations {
                let one = provider.capabilities(for: model, operation)
                #expect(one.operations.contains(operation))
                #expect(one.maximumInputs <= all.maximumInputs)
                #expect(one.maximumCount <= all.maximumCount)
                #expect(one.minimumInputs <= one.maximumInputs)
            }
        }
    }

    /// A type with what shows what it can do.
    struct Shown: Sendable, CustomTestStringConvertible {
        var type: String
        var description: ProviderDescription

        init(_ type: String, _ description: ProviderDescription) {
            self.type = type
            self.description = description
        }

        var testDescription: String { type }

        func provider() throws -> any Provider {
            var settings = ProviderSettings(name: type, type: type, apiKey: Secret("fixture-key-01"))
            if description.baseURLVariable != nil { settings.baseURL = try? HTTPURL(parsing: "https://example.invalid") }
            for option in description.options where option.kind == .secret { settings.secrets[option.name] = Secret("fixture-key-01") }
            description.example(&settings)
            return try ProviderRegistry.make(settings)
        }
    }

    private func provider(_ type: String) throws -> any Provider {
        let description = try #require(ProviderRegistry.descriptions.first { $0.type == type }?.description)
        return try Shown(type, description).provider()
    }
}
