/// What is known of one model at one provider, beyond what its wire format tells; nil: nothing more is known.
package struct ModelFacts: Sendable, Hashable {
    package var operations: Set<GenerationRequest.Operation>?
    /// Least and most input images.
    package var inputs: ClosedRange<Int>?
    /// Most results of one call.
    package var count: Int?
    package var sizes: Set<Size>?
    /// Lengths of videos in seconds.
    package var seconds: Set<Int>?
    package var mask: Bool?
    package var price: Price?

    package init(
        operations: Set<GenerationRequest.Operation>? = nil, inputs: ClosedRange<Int>? = nil, count: Int? = nil, sizes: Set<Size>? = nil,
        seconds: Set<Int>? = nil, mask: Bool? = nil, price: Price? = nil
    ) {
        self.operations = operations
        self.inputs = inputs
        self.count = count
        self.sizes = sizes
        self.seconds = seconds
        self.mask = mask
        self.price = price
    }

    /// These facts, and another's where these say nothing.
    package func or(_ other: ModelFacts) -> ModelFacts {
        ModelFacts(
            operations: operations ?? other.operations, inputs: inputs ?? other.inputs, count: count ?? other.count,
            sizes: sizes ?? other.sizes, seconds: seconds ?? other.seconds, mask: mask ?? other.mask, price: price ?? other.price)
    }
}

extension Capabilities {
    /// What a model can do of what its provider can: facts narrow, they never add.
    /// - Parameter operation: lengths and least inputs are facts of videos that are made anew, not of those made from a video.
    package func narrowed(by facts: ModelFacts, for operation: GenerationRequest.Operation? = nil) -> Capabilities {
        var narrowed = self
        let isFromVideo = [.editVideo, .remixVideo, .extendVideo].contains(operation)
        if let operations = facts.operations { narrowed.operations.formIntersection(operations) }
        if let inputs = facts.inputs {
            if !isFromVideo { narrowed.minimumInputs = max(minimumInputs, inputs.lowerBound) }
            narrowed.maximumInputs = min(maximumInputs, inputs.upperBound)
        }
        if let count = facts.count { narrowed.maximumCount = min(maximumCount, count) }
        if let sizes = facts.sizes, shapes == nil { narrowed.sizes = self.sizes.map { $0.intersection(sizes) } ?? sizes.union([.auto]) }
        if let seconds = facts.seconds, !isFromVideo || self.seconds == nil { narrowed.seconds = seconds }
        if facts.mask == false { narrowed.acceptsMask = false }
        return narrowed
    }
}
