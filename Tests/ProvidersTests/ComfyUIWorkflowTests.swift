import HTTP
import Media
import Testing

@testable import Providers

@Suite struct `ComfyUI workflows` {
    @Test(arguments: [
        "", "{", "[]", "{}", "null", #""text""#, #"{"nodes": [], "links": []}"#, #"{"1": {"inputs": {}}}"#,
        #"{"1": {"class_type": "SaveImage"}, "2": 3}"#, #"{"1": {"class_type": ""}}"#,
    ])
    func `a file that is no graph is told by its name`(_ text: String) {
        let error = #expect(throws: ConfigurationError.self) { try make(["kites": text]) }
        #expect(error?.key == "workflows")
        #expect(error?.message.contains("kites.json") == true)
    }

    @Test(arguments: [
        ("plain", "plain"), ("{{a}}", "1"), ("{{a}}{{b}}", "1{{a}}"), ("{{{a}}}", "{1}"), ("{{ a }}", "{{ a }}"), ("{{a}", "{{a}"),
        ("{{a}{{b}}", "{{a}{{a}}"), ("{{", "{{"), ("}}{{a}}{{", "}}1{{"), ("{{c}}", "{{c}}"), ("{{}}", "{{}}"), ("{{{{a}}}}", "{{1}}"),
        ("{a} {{a", "{a} {{a"),
    ])
    func `places are filled once, and all else stays`(_ template: String, _ filled: String) {
        let values = ["a": "1", "b": "{{a}}"]
        #expect(ComfyUITemplate.filled(template) { values[String($0)] } == filled)
    }

    @Test(arguments: [
        ("SaveImage", false), ("PreviewImage", false), ("SaveVideo", true), ("SaveWEBM", true), ("SaveAnimatedWEBP", true),
        ("SaveAnimatedPNG", true), ("VHS_VideoCombine", true), ("VHS_LoadVideo", false), ("CreateVideo", false), ("SaveLatent", false),
    ])
    func `the node that saves tells what is made`(_ node: String, _ isVideo: Bool) throws {
        let provider = try make(["kites": #"{"1": {"class_type": "\#(node)", "inputs": {"text": "{{prompt}}"}}}"#])
        #expect(provider.capabilities(for: "kites").operations == (isVideo ? [.video] : [.generate]))
    }

    @Test func `the highest place of a picture counts`() throws {
        let provider = try make(["kites": #"{"1": {"class_type": "X", "inputs": {"a": ["{{image_3}}"], "b": {"c": "x {{image}}"}}}}"#])
        let capabilities = provider.capabilities(for: "kites")
        #expect(capabilities.minimumInputs == 3)
        #expect(capabilities.maximumInputs == 3)
        #expect(!capabilities.acceptsMask)
    }

    @Test(arguments: [
        "\"", "\\", "\\\"}", "{{image}}", "}}", "\u{0}\u{1F}\u{7F}", "\u{2028}🪁e\u{301}", "{\"1\": {}}", "\r\n\t", "</script>",
    ])
    func `a hostile prompt is read back as itself`(_ prompt: String) throws {
        let provider = try make(["kites": #"{"1": {"class_type": "X", "inputs": {"text": "{{prompt}}", "seed": "{{seed}}"}}}"#])
        let request = try provider.request(for: .start(GenerationRequest(model: "kites", prompt: prompt, seed: 7)))
        let sent = request.body.encoded(boundary: "b").pieces.reduce(into: [UInt8]()) { bytes, piece in
            if case .bytes(let more) = piece { bytes += more }
        }
        let inputs = try JSONValue(parsing: sent)["prompt"]?["1"]?["inputs"]
        #expect(inputs == ["text": .string(prompt), "seed": 7])
    }

    @Test func `what is not in the folder can be anything until it is asked for`() throws {
        let provider = try make([:])
        #expect(provider.capabilities(for: "kites").operations.contains(.video))
        let error = #expect(throws: UpstreamError.self) {
            try provider.request(for: .start(GenerationRequest(model: "kites", prompt: "x")))
        }
        #expect(error?.kind == .modelGone)
        #expect(error?.progress == .notSent)
    }

    private func make(_ files: [String: String]) throws -> ComfyUIProvider {
        try ComfyUIProvider(
            ProviderSettings(name: "a", type: "comfyui", documents: files.mapValues { Array($0.utf8) }, random: { 1 }))
    }
}
