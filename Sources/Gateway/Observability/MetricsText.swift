import Media

/// Writes Prometheus' text format, version 0.0.4.
struct MetricsText: Sendable {
    enum Kind: String, Sendable { case counter, gauge }

    typealias Labels = [(name: String, value: String)]

    private(set) var bytes: [UInt8] = []

    /// One value without labels.
    mutating func add(_ kind: Kind, _ name: String, _ help: String, _ value: Double) {
        add(kind, name, help, [([], value)])
    }

    /// A value for each set of labels; nothing where there is none.
    mutating func add(_ kind: Kind, _ name: String, _ help: String, _ samples: [(labels: Labels, value: Double)]) {
        guard !samples.isEmpty else { return }
        head(name, kind.rawValue, help)
        let lines = samples.map { line(name, $0.labels, $0.value) }
        for line in lines.sorted() { bytes += line.utf8 }
    }

    /// A histogram for each set of labels, in their order.
    mutating func add(_ name: String, _ help: String, _ histograms: [(labels: Labels, histogram: MetricHistogram)]) {
        guard !histograms.isEmpty else { return }
        head(name, "histogram", help)
        for (labels, histogram) in histograms {
            for (bound, count) in histogram.cumulative {
                bytes += line("\(name)_bucket", labels + [("le", MetricsText.number(bound))], Double(count)).utf8
            }
            bytes += line("\(name)_bucket", labels + [("le", "+Inf")], Double(histogram.count)).utf8
            bytes += line("\(name)_sum", labels, histogram.sum).utf8
            bytes += line("\(name)_count", labels, Double(histogram.count)).utf8
        }
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        bytes += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8
    }

    private func line(_ name: String, _ labels: Labels, _ value: Double) -> String {
        guard !labels.isEmpty else { return "\(name) \(MetricsText.number(value))\n" }
        let pairs = labels.map { "\($0.name)=\"\(MetricsText.escaped($0.value))\"" }.joined(separator: ",")
        return "\(name){\(pairs)} \(MetricsText.number(value))\n"
    }

    /// Whole numbers without a point.
    static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? value.description
    }

    /// A label's value between its quotes.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n", "\r\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
    }
}
