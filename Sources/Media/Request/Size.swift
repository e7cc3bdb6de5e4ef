import HTTP

/// Pixels, or the provider's choice.
package enum Size: Sendable, Hashable, CustomStringConvertible {
    case auto
    case pixels(width: Int, height: Int)

    /// `auto` or `WxH`.
    package var description: String {
        guard case .pixels(let width, let height) = self else { return "auto" }
        // From the end: both sides have 19 digits at most.
        var text = InlineArray<40, UInt8>(repeating: UInt8(ascii: "x"))
        var start = Self.write(height, before: 40, in: &text)
        start = Self.write(width, before: start - 1, in: &text)
        return String(repairing: text.span.extracting(start..<40))
    }

    /// - Returns: where the number starts.
    private static func write(_ side: Int, before end: Int, in text: inout InlineArray<40, UInt8>) -> Int {
        var (rest, place) = (side.magnitude, end)
        repeat {
            place -= 1
            text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        return place
    }
}
