import Media

/// What documents are written with: members that say nothing are left out.
extension JSONObject {
    mutating func put(_ key: String, _ text: String?) { self[key] = text.map { .string($0) } }
    mutating func put(_ key: String, _ number: Int?) { self[key] = number.map { .integer($0) } }
    mutating func put(_ key: String, _ object: JSONObject?) { self[key] = object.map { .object($0) } }
    mutating func put(_ key: String, _ choice: (some RawRepresentable<String>)?) { put(key, choice?.rawValue) }
    mutating func put(_ key: String, _ flag: Bool?) { self[key] = flag.map { .bool($0) } }

    /// JSON has no infinity; a sum that is none is unknown.
    mutating func put(_ key: String, _ number: Double?) {
        self[key] = number.flatMap { $0.isFinite ? .number($0) : nil }
    }

    /// In nanoseconds, at most 292 years.
    mutating func put(_ key: String, _ duration: Duration?) { put(key, duration?.wholeNanoseconds) }

    /// Only when it is true.
    mutating func putFlag(_ key: String, _ flag: Bool) { put(key, flag ? true : nil as Bool?) }

    /// Only when there are some.
    mutating func putList(_ key: String, _ texts: [String]) {
        if !texts.isEmpty { self[key] = .array(texts.map { .string($0) }) }
    }

    /// Only when there are some.
    mutating func putList(_ key: String, _ objects: [JSONObject]) {
        if !objects.isEmpty { self[key] = .array(objects.map { .object($0) }) }
    }

    /// Only when it has members.
    mutating func putMembers(_ key: String, _ object: JSONObject) { put(key, object.isEmpty ? nil : object) }
}

extension Duration {
    /// Rounded down; what does not fit is as near as can be.
    var wholeNanoseconds: Int {
        let (seconds, attoseconds) = components
        let (scaled, overflows) = Int(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowsToo) = scaled.addingReportingOverflow(Int(attoseconds / 1_000_000_000))
        return overflows || overflowsToo ? (seconds < 0 ? .min : .max) : sum
    }
}
