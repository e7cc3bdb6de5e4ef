import HTTP

/// Why a value is refused; completes a sentence that starts with the value: `is not a size such as 50MiB`.
struct InvalidValue: Error, Hashable {
    var message: String

    init(_ message: String) {
        self.message = message
    }
}

/// Texts to values.
enum Parse {
    /// Any text but an empty one.
    static func text(_ text: String) throws(InvalidValue) -> String {
        guard !text.isEmpty else { throw InvalidValue("is empty") }
        return text
    }

    /// Printable ASCII without spaces, as it goes into a header.
    static func token(_ text: String) throws(InvalidValue) -> String {
        guard !text.isEmpty else { throw InvalidValue("is empty") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidValue("holds white space or characters that are not ASCII")
        }
        return text
    }

    /// Names of providers, tiers and keys: letters, digits, `-`, `_`, `.`.
    static func name(_ text: String) throws(InvalidValue) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || [0x2D, 0x2E, 0x5F].contains(byte)
        }
        guard isPlain, (1...64).contains(text.utf8.count) else {
            throw InvalidValue("is not a name of letters, digits, \"-\", \"_\" and \".\", at most 64 of them")
        }
        return text
    }

    /// Bytes. A number alone, or with `B`, `KiB`, `MiB` or `GiB`; from 1 B to 1024 GiB.
    static func size(_ text: String) throws(InvalidValue) -> Int {
        let units = ["": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30]
        guard let (count, unit) = quantity(text), let shift = units[unit], (1...(1 << 40) >> shift).contains(count) else {
            throw InvalidValue("is not a size such as 512KiB, 50MiB or 2GiB")
        }
        return count << shift
    }

    /// A number with `ms`, `s`, `m`, `h` or `d`; from 1 ms to 3650 days.
    static func duration(_ text: String) throws(InvalidValue) -> Duration {
        let units = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let (count, unit) = quantity(text), let scale = units[unit], (1...3650 * 86_400_000 / scale).contains(count) else {
            throw InvalidValue("is not a duration such as 500ms, 30s, 10m, 2h or 7d")
        }
        return .milliseconds(count * scale)
    }

    static func integer(_ text: String, in range: ClosedRange<Int>) throws(InvalidValue) -> Int {
        guard let (count, unit) = quantity(text), unit.isEmpty, range.contains(count) else {
            throw InvalidValue("is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return count
    }

    static func boolean(_ text: String) throws(InvalidValue) -> Bool {
        switch text {
        case "true": true
        case "false": false
        case _: throw InvalidValue("is neither true nor false")
        }
    }

    /// USD.
    static func price(_ text: String) throws(InvalidValue) -> Double {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let price = Double(text) else {
            throw InvalidValue("is not a price in USD such as 0.04")
        }
        return price
    }

    static func choice<T: RawRepresentable<String> & CaseIterable>(_ text: String) throws(InvalidValue) -> T {
        guard let choice = T(rawValue: text) else {
            let known = T.allCases.map(\.rawValue)
            throw InvalidValue("is not one of \(known.joined(separator: ", "))\(Suggestion.text(for: text, among: known))")
        }
        return choice
    }

    /// An address that paths are appended to.
    static func baseURL(_ text: String) throws(InvalidValue) -> HTTPURL {
        guard let url = try? HTTPURL(parsing: text) else { throw InvalidValue("is not an http(s) URL") }
        guard url.query == nil else { throw InvalidValue("has a query, which a base address cannot have") }
        return url
    }

    private static func quantity(_ text: String) -> (count: Int, unit: String)? {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        let unit = text[digits.endIndex...].drop { $0 == " " }
        guard let count = Int(String(text[..<digits.endIndex])) else { return nil }
        return (count, String(unit))
    }
}
