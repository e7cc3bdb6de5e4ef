extension JSONReader {
    /// The number whose first byte is next (RFC 8259 §6).
    mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        let start = position
        let isNegative = skip("-", bytes)
        let firstDigit = position
        try digits(bytes)
        guard bytes[firstDigit] != UInt8(ascii: "0") || position == firstDigit + 1 else { throw error("a number with a leading zero") }
        var isInteger = true
        if skip(".", bytes) {
            isInteger = false
            try digits(bytes)
        }
        if skip("e", bytes) || skip("E", bytes) {
            isInteger = false
            if !skip("+", bytes) { _ = skip("-", bytes) }
            try digits(bytes)
        }
        let range = firstDigit..<position
        if isInteger, let value = range.count > 18 ? integer(bytes, range, isNegative) : shortInteger(bytes, range, isNegative) {
            return .integer(value)
        }
        return .number(try double(bytes, start..<position))
    }

    /// Numbers that are not too large by their length alone.
    private func shortInteger(_ bytes: Span<UInt8>, _ digits: Range<Int>, _ isNegative: Bool) -> Int? {
        var value = 0
        for index in digits { value = value &* 10 &+ Int(bytes[index] &- UInt8(ascii: "0")) }
        return isNegative && value == 0 ? nil : isNegative ? -value : value
    }

    /// nil beyond `Int`, and for `-0`, which only a floating-point number can tell from 0.
    private func integer(_ bytes: Span<UInt8>, _ digits: Range<Int>, _ isNegative: Bool) -> Int? {
        var value = 0
        for index in digits {
            let digit = Int(bytes[index] - UInt8(ascii: "0"))
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
        }
        return isNegative && value == 0 ? nil : value
    }

    private func double(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> Double {
        var text = ""
        for index in range { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        guard let value = Double(text), value.isFinite else { throw error("a number out of range") }
        return value
    }

    private mutating func digits(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
        guard position > start else { throw error("a digit is expected") }
    }

    private mutating func skip(_ mark: Unicode.Scalar, _ bytes: Span<UInt8>) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }
}
