import HTTP
import Media

/// A graph as ComfyUI's "Export (API)" saves it, with places for what a request says.
struct ComfyUIWorkflow: Sendable {
    private let graph: JSONValue
    /// Names of the places that the graph has.
    private let places: Set<String>
    /// How many pictures it starts from.
    private let inputCount: Int
    let makesVideo: Bool

    /// Most pictures that a graph can have places for.
    static let mostInputs = 16
    private static let dropped: Set<String> = ["quality", "background", "user", "output_compression", "moderation", "style", "seconds"]

    /// nil for what is no graph in API format.
    init?(_ bytes: [UInt8]) {
        guard let graph = try? JSONValue(parsing: bytes), let nodes = graph.object, !nodes.isEmpty,
            nodes.allSatisfy({ $0.value["class_type"]?.filled != nil })
        else { return nil }
        var places: Set<String> = []
        _ = ComfyUITemplate.filled(graph, number: { _ in nil }) { name in
            places.insert(String(name))
            return nil
        }
        self.graph = graph
        self.places = places
        inputCount = (1...Self.mostInputs).last { places.contains(Self.imagePlace($0)) } ?? 0
        makesVideo = nodes.contains { Self.savesVideo($0.value["class_type"]?.filled?.lowercased() ?? "") }
    }

    /// What it takes, by its places, and what it makes, by the node that saves it. Its jobs cost nothing: `submitsJobs` is not said.
    var capabilities: Capabilities {
        var dropped = Self.dropped
        for name in ["prompt", "negative_prompt", "seed"] where !places.contains(name) { dropped.insert(name) }
        let isSized = places.contains("width") || places.contains("height")
        if !isSized { dropped.insert("size") }
        return Capabilities(
            operations: operations, acceptsMask: places.contains("mask"), needsMask: places.contains("mask"), maskForm: .white,
            minimumInputs: inputCount, maximumInputs: inputCount, inputForm: .upload,
            grid: isSized ? SizeGrid(step: makesVideo ? 16 : 8, sides: 64...8192) : nil, encodings: [], droppedFields: dropped,
            knownExtras: ["negative_prompt"])
    }

    /// A graph without a place for a prompt may do anything with its picture.
    private var operations: Set<GenerationRequest.Operation> {
        if makesVideo { return [.video] }
        if inputCount == 0 { return [.generate] }
        return places.contains("prompt") ? [.edit, .vary] : [.edit, .vary, .upscale, .removeBackground]
    }

    /// The graph with a request's words and numbers in it.
    /// - Parameter seed: where the request names none: a graph that is the same to the last number is not computed again.
    /// - Throws: an error of kind `invalidRequest` for an input that was not uploaded.
    func filled(for request: GenerationRequest, seed: Int) throws(UpstreamError) -> JSONValue {
        var names: [String: String] = [:]
        for (index, input) in request.inputs.enumerated() { names[Self.imagePlace(index + 1)] = try InputReference.uploaded(input) }
        names["mask"] = try request.mask.map { mask throws(UpstreamError) in try InputReference.uploaded(mask) }
        names["prompt"] = request.prompt ?? ""
        names["negative_prompt"] = request.extras["negative_prompt"]?.string ?? ""
        let size = request.pixels ?? (makesVideo ? (width: 832, height: 480) : (width: 1024, height: 1024))
        let numbers = ["width": size.width, "height": size.height, "seed": request.seed ?? seed]
        return ComfyUITemplate.filled(graph, number: { numbers[$0] }) { name in
            names[String(name)] ?? numbers[String(name)].map(String.init)
        }
    }

    private static func imagePlace(_ number: Int) -> String { number == 1 ? "image" : "image_\(number)" }

    /// `SaveVideo`, `SaveWEBM`, `SaveAnimatedWEBP`, `VHS_VideoCombine`.
    private static func savesVideo(_ node: String) -> Bool {
        node.contains("videocombine") || (node.contains("save") && ["video", "animated", "webm"].contains(where: node.contains))
    }
}
