import Media

extension GenerationResult {
    /// Several results as one: cost is unknown as soon as one part's is; nil when there is no asset.
    init?(merging parts: [GenerationResult]) {
        guard let first = parts.first, parts.contains(where: { !$0.assets.isEmpty }) else { return nil }
        self = first
        for part in parts.dropFirst() { add(part) }
    }

    /// Cost is unknown as soon as one part's is.
    mutating func add(_ part: GenerationResult) {
        assets += part.assets
        warnings += part.warnings.filter { !warnings.contains($0) }
        cost = cost.flatMap { sum in part.cost.map { sum + $0 } }
        usage = usage.flatMap { sum in part.usage.map { sum.adding($0) } }
    }
}

extension JSONObject {
    /// Counts added up by name, also inside members that are objects; everything else as it was first.
    fileprivate func adding(_ other: JSONObject) -> JSONObject {
        var sum = self
        for name in other.keys {
            guard let right = other[name] else { continue }
            sum[name] = self[name].map { $0.adding(right) } ?? right
        }
        return sum
    }
}

extension JSONValue {
    fileprivate func adding(_ other: JSONValue) -> JSONValue {
        switch (self, other) {
        case (.integer(let left), .integer(let right)):
            let (sum, overflows) = left.addingReportingOverflow(right)
            return .integer(overflows ? left : sum)
        case (.number(let left), .number(let right)): return .number(left + right)
        case (.object(let left), .object(let right)): return .object(left.adding(right))
        case (.null, _), (.bool, _), (.integer, _), (.number, _), (.string, _), (.array, _), (.object, _): return self
        }
    }
}
