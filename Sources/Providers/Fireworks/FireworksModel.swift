import Media

/// How a model at Fireworks is asked, by what its id tells.
struct FireworksModel {
    private let id: String

    init(_ id: String) {
        self.id = id
    }

    /// FLUX Kontext: a job, and the only one that takes a picture.
    var makesJobs: Bool { id.contains("kontext") }

    /// The older models take sizes in pixels, all others ratios.
    var takesPixels: Bool {
        let id = id.lowercased()
        return ["playground", "stable-diffusion", "ssd-1b"].contains { id.contains($0) }
    }

    /// Below the base URL.
    var path: String {
        if makesJobs { return "workflows/\(id)" }
        return takesPixels ? "image_generation/\(id)" : "workflows/\(id)/text_to_image"
    }

    var capabilities: Capabilities {
        Capabilities(
            operations: makesJobs ? [.generate, .edit] : [.generate], maximumInputs: makesJobs ? 1 : 0, inputForm: .base64,
            sizes: takesPixels ? Self.sizes : nil, shapes: takesPixels ? nil : Self.ratios, encodings: [.png, .jpeg],
            droppedFields: makesJobs ? Self.droppedFields.union(["output_compression"]) : Self.droppedFields, submitsJobs: makesJobs)
    }

    private static let ratios = ShapeRule([
        "1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "21:9", "9:21",
    ])

    /// Those that models of the size of SDXL are made for (unconfirmed).
    private static let sizes: Set<Size> = Set(
        [(1024, 1024), (1152, 896), (896, 1152), (1216, 832), (832, 1216), (1344, 768), (768, 1344), (1536, 640), (640, 1536)]
            .map { Size.pixels(width: $0.0, height: $0.1) })

    private static let droppedFields: Set<String> = ["quality", "background", "user", "moderation", "style"]
}
