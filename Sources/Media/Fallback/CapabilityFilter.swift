/// Compares what is asked with what a provider can honour.
package struct CapabilityFilter: ~Copyable {
    private let shared: SharedCapabilities
    private var request: GenerationRequest
    private var warnings: [Warning] = []

    /// Whether a provider comes into question.
    package enum Verdict: Sendable {
        /// As far as possible: the request for this provider, and what is lost on the way.
        case can(Adapted)
        case cannot(FallbackPlan.Obstacle)
    }

    /// A request as one provider can take it. Count and inputs are still the caller's.
    /// A class, for it is large and handed from step to step.
    package final class Adapted: Sendable {
        package let request: GenerationRequest
        package let warnings: [Warning]
        package let capabilities: SharedCapabilities

        package init(_ request: GenerationRequest, _ warnings: [Warning] = [], _ capabilities: SharedCapabilities? = nil) {
            self.request = request
            self.warnings = warnings
            self.capabilities = capabilities ?? SharedCapabilities(Capabilities())
        }

        /// Whether inputs named by URL have to be fetched here.
        package var needsFetchedInputs: Bool {
            !capabilities.value.acceptsInputURLs && (request.inputs + (request.mask.map { [$0] } ?? [])).contains(where: \.isURL)
        }
    }

    /// The comparison; `strict` makes an obstacle of what would be a warning.
    package static func verdict(on request: GenerationRequest, with capabilities: SharedCapabilities) -> Verdict {
        if let obstacle = lack(of: capabilities, for: request) { return .cannot(obstacle) }
        var filter = CapabilityFilter(shared: capabilities, request: request)
        filter.adapt()
        if request.strict, let first = filter.warnings.first {
            return .cannot(FallbackPlan.Obstacle(field: first.field, "\(first.field): \(first.message)"))
        }
        return .can(filter.adapted())
    }

    /// Why a provider does not come into question, without what the request would become.
    package static func obstacle(to request: GenerationRequest, with capabilities: SharedCapabilities) -> FallbackPlan.Obstacle? {
        guard request.strict else { return lack(of: capabilities, for: request) }
        switch verdict(on: request, with: capabilities) {
        case .can: return nil
        case .cannot(let obstacle): return obstacle
        }
    }

    private init(shared: SharedCapabilities, request: GenerationRequest) {
        self.shared = shared
        self.request = request
    }

    private var capabilities: Capabilities { _read { yield shared.value } }

    private consuming func adapted() -> Adapted { Adapted(request, warnings, shared) }

    /// What rules a provider out, whatever the request would become.
    private static func lack(of shared: SharedCapabilities, for request: GenerationRequest) -> FallbackPlan.Obstacle? {
        if !shared.operations.contains(request.operation) {
            return FallbackPlan.Obstacle("it has no operation \(request.operation.rawValue)")
        }
        return lack(of: shared.value, for: request)
    }

    private static func lack(of capabilities: Capabilities, for request: GenerationRequest) -> FallbackPlan.Obstacle? {
        if request.inputs.count < capabilities.minimumInputs {
            return FallbackPlan.Obstacle(field: "image", "it makes nothing without an input image")
        }
        if request.inputs.count > capabilities.maximumInputs {
            let limit = capabilities.maximumInputs
            return FallbackPlan.Obstacle(field: "image", limit == 0 ? "it takes no input images" : "it takes at most \(limit) input images")
        }
        if request.mask != nil, !capabilities.acceptsMask {
            return FallbackPlan.Obstacle(field: "mask", "it takes no mask")
        }
        if request.mask == nil, capabilities.needsMask {
            return FallbackPlan.Obstacle(field: "mask", "it makes nothing without a mask")
        }
        if case .given = request.source, !capabilities.acceptsVideoFile {
            return FallbackPlan.Obstacle(field: "video", "it takes no video of yours")
        }
        return nil
    }

    private mutating func adapt() {
        adaptSize()
        adaptSeconds()
        adaptQuality()
        if let encoding = request.output.encoding, let possible = capabilities.encodings, !possible.contains(encoding) {
            warn("output_format", "\(encoding.rawValue) cannot be made here; the result keeps its own format")
            request.output.encoding = nil
            request.output.compression = nil
        }
        if request.background == .transparent, !capabilities.transparentBackground {
            warn("background", "a transparent background cannot be made here")
            request.background = nil
        }
        // A provider that does not stream still gives the one completed event.
        if !capabilities.streams, request.partialImages != nil { request.partialImages = nil }
        if !capabilities.droppedFields.isEmpty { warnOfDroppedFields() }
        guard !request.extras.isEmpty else { return }
        dropCounts()
        dropUnknownExtras()
    }

    private mutating func warnOfDroppedFields() {
        for field in capabilities.droppedFields.sorted() where request.says(field) && !warnings.contains(where: { $0.field == field }) {
            warn(field, "ignored by this provider")
        }
    }

    /// Callers may send any number of them: each is looked at once, and not more are named than anybody reads.
    /// How many results are bought is `n` alone, in everybody's words.
    private mutating func dropCounts() {
        for field in Self.counts where request.extras[field] != nil {
            request.extras[field] = nil
            warn(field, "ignored; the number of results is n")
        }
    }

    private static let counts = [
        "batch_size", "candidateCount", "candidate_count", "n_iter", "n_variants", "num_images", "num_outputs", "num_samples",
        "number_of_images", "numberOfImages", "number_of_results", "outputCount", "sampleCount", "samples",
        "sequential_image_generation", "sequential_image_generation_options",
    ]

    private mutating func dropUnknownExtras() {
        guard let known = capabilities.knownExtras else { return }
        let said = Set(warnings.map(\.field))
        var (kept, unknown) = (JSONObject(), [String]())
        for (field, value) in request.extras {
            if known.contains(field) { kept[field] = value } else if !said.contains(field) { unknown.append(field) }
        }
        request.extras = kept
        for field in unknown.prefix(Self.mostNamed) { warn(field, "ignored by this provider") }
        let others = unknown.dropFirst(Self.mostNamed)
        if let first = others.first { warn(first, "ignored by this provider, and so are \(others.count - 1) other fields") }
    }

    /// Unknown fields that are named one by one.
    private static let mostNamed = 20

    private mutating func adaptSize() {
        let isKept = request.mask != nil && capabilities.maskKeepsSize
        if let rule = isKept ? ShapeRule() : capabilities.shapes { return adaptShape(rule) }
        if let grid = capabilities.grid { adapt(to: grid) }
        guard let possible = capabilities.sizes, request.size != .auto, !possible.contains(request.size) else { return }
        guard let nearest = request.size.nearest(in: possible) else {
            warn("size", "\(request.size) is left to the provider")
            request.size = .auto
            return
        }
        warn("size", "\(request.size) became \(nearest)")
        request.size = nearest
    }

    /// What the caller says as `aspect_ratio` and `resolution` counts where the size says nothing.
    private mutating func adaptShape(_ rule: ShapeRule) {
        var shape = Shape()
        if case .pixels(let width, let height) = request.size {
            let (nearest, isExact) = rule.shape(of: width, height)
            shape = nearest
            let words = [nearest.ratio?.description, nearest.tier].compactMap(\.self)
            if words.isEmpty {
                warn("size", "\(request.size) is left to the provider")
            } else if !isExact {
                warn("size", "\(request.size) became \(words.joined(separator: ", "))")
            }
        }
        if shape.ratio == nil, let told = request.extras["aspect_ratio"]?.string.flatMap(AspectRatio.init(parsing:)) {
            shape.ratio = told.nearest(in: rule.ratios)
            if shape.ratio.map(told.isSimilar) != true {
                warn("aspect_ratio", "\(told) \(shape.ratio.map { "became \($0)" } ?? "is left to the provider")")
            }
            request.extras["aspect_ratio"] = nil
        }
        if shape.tier == nil, let told = request.extras["resolution"]?.string?.lowercased() {
            shape.tier = rule.tiers.first { $0.name.lowercased() == told }?.name
            if shape.tier != nil { request.extras["resolution"] = nil }
        }
        request.shape = shape
    }

    private mutating func adapt(to grid: SizeGrid) {
        guard case .pixels(let width, let height) = request.size else { return }
        let fitted = grid.fitted(width: width, height: height)
        guard fitted != (width, height) else { return }
        let size = Size.pixels(width: fitted.width, height: fitted.height)
        warn("size", "\(request.size) became \(size)")
        request.size = size
    }

    private mutating func adaptQuality() {
        guard let wanted = request.quality, let known = capabilities.qualities, !known.contains(wanted) else { return }
        request.quality = QualityScale.nearest(to: wanted, in: known)
        // `auto` asks for nothing.
        guard wanted != "auto", !capabilities.droppedFields.contains("quality") else { return }
        warn("quality", request.quality.map { "\"\(wanted)\" became \"\($0)\"" } ?? "\"\(wanted)\" is left to the provider")
    }

    private mutating func adaptSeconds() {
        guard let wanted = request.seconds, let possible = capabilities.seconds, !possible.contains(wanted) else { return }
        let nearest = possible.min { (abs($0 - wanted), $0) < (abs($1 - wanted), $1) }
        warn("seconds", nearest.map { "\(wanted) became \($0)" } ?? "\(wanted) is left to the provider")
        request.seconds = nearest
    }

    private mutating func warn(_ field: String, _ message: String) {
        warnings.append(Warning(field: field, message: message))
    }
}

extension GenerationRequest {
    /// Whether the caller asked for something by this field (API name); `auto` asks for nothing.
    func says(_ field: String) -> Bool {
        switch field {
        case "prompt": prompt != nil
        case "n": count > 1
        case "size": size != .auto
        case "quality": quality != nil && quality != "auto"
        case "background": background != nil && background != .auto
        case "seconds": seconds != nil
        case "image", "input_reference": !inputs.isEmpty
        case "mask": mask != nil
        case "output_format": output.encoding != nil
        case "output_compression": output.compression != nil
        case "partial_images": (partialImages ?? 0) > 0
        case "seed": seed != nil
        case "user": user != nil
        default: extras[field] != nil
        }
    }
}

extension Size {
    /// The most similar shape, then the most similar area; nil when there is no size in pixels.
    func nearest(in sizes: Set<Size>) -> Size? {
        guard case .pixels(let width, let height) = self else { return nil }
        let wanted = (width: Double(max(width, 1)), height: Double(max(height, 1)))
        let ranked = sizes.compactMap { size -> (size: Size, shape: Double, area: Double, width: Int)? in
            guard case .pixels(let width, let height) = size, width > 0, height > 0 else { return nil }
            let other = (width: Double(width), height: Double(height))
            return (
                size, stretch(wanted.width * other.height, wanted.height * other.width),
                stretch(wanted.width * wanted.height, other.width * other.height), width
            )
        }
        return ranked.min { ($0.shape, $0.area, $0.width) < ($1.shape, $1.area, $1.width) }?.size
    }

    /// How many times the larger is the smaller.
    private func stretch(_ one: Double, _ other: Double) -> Double { max(one, other) / min(one, other) }
}

extension MediaInput {
    /// Whether nobody has fetched it yet.
    package var isURL: Bool {
        switch content {
        case .url: true
        case .data, .base64, .uploaded: false
        }
    }
}
