/// How long a server asks us to stay away.
package enum RetryAfter {
    /// The wait that the fields of an answer ask for; nil when they ask for none that can be understood.
    ///
    /// Milliseconds win, being the finer of the two. A date in the past is a wait of zero.
    /// - Parameters:
    ///   - retryAfter: `Retry-After`: seconds, also with a fraction, or a date (RFC 9110 §10.2.3).
    ///   - retryAfterMilliseconds: `retry-after-ms` or `x-ms-retry-after-ms`.
    ///   - now: seconds since 1970.
    package static func parse(retryAfter: String?, retryAfterMilliseconds: String? = nil, now: Int) -> Duration? {
        if let milliseconds = retryAfterMilliseconds.flatMap(decimal) { return .seconds(min(milliseconds / 1000, longest)) }
        guard let retryAfter else { return nil }
        if let seconds = decimal(retryAfter) { return .seconds(min(seconds, longest)) }
        return HTTPDate.parse(retryAfter, now: now).map { .seconds(min(max(0, $0 - now), Int(longest))) }
    }

    /// Seconds; a year, so that no sum with it overflows.
    private static var longest: Double { 31_536_000 }

    /// Digits with at most one point between them; no sign, no exponent.
    private static func decimal(_ text: String) -> Double? {
        let text = text.utf8.drop { $0 == 0x20 || $0 == 0x09 }
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard text.count <= 32, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } }) else {
            return nil
        }
        return Double(Substring(text))
    }
}
