/// Reads one JSON text by recursive descent; the bytes are handed to each step, the place is kept here.
struct JSONReader {
    var position = 0
    private var depth = 0
    private var values = 0
    private let limits: JSONValue.Limits

    init(limits: JSONValue.Limits) {
        self.limits = limits
    }

    mutating func document(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        skipSpace(bytes)
        let value = try value(bytes)
        skipSpace(bytes)
        guard position == bytes.count else { throw error("something follows the value") }
        return value
    }

    func error(_ message: String) -> JSONError { JSONError(offset: position, message: message) }

    private mutating func value(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        guard position < bytes.count else { throw error("the text ends where a value is expected") }
        values += 1
        guard values <= limits.values else { throw error("too many values") }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .string(try string(bytes))
        case UInt8(ascii: "{"): return .object(try object(bytes))
        case UInt8(ascii: "["): return .array(try array(bytes))
        case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
        case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
        case UInt8(ascii: "n"): return try word("null", .null, bytes)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(bytes)
        case _: throw error("a value cannot begin like this")
        }
    }

    private mutating func object(_ bytes: Span<UInt8>) throws(JSONError) -> JSONObject {
        try enter()
        var object = JSONObject()
        if take("}", bytes) { return leave(object) }
        repeat {
            skipSpace(bytes)
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw error("a member's name is expected") }
            let key = try string(bytes)
            guard take(":", bytes) else { throw error("a colon is expected") }
            skipSpace(bytes)
            object.put(try value(bytes), at: key)
        } while try goesOn(before: "}", bytes, orElse: "a comma or the end of the object is expected")
        return leave(object)
    }

    private mutating func array(_ bytes: Span<UInt8>) throws(JSONError) -> [JSONValue] {
        try enter()
        var elements: [JSONValue] = []
        if take("]", bytes) { return leave(elements) }
        repeat {
            skipSpace(bytes)
            elements.append(try value(bytes))
        } while try goesOn(before: "]", bytes, orElse: "a comma or the end of the array is expected")
        return leave(elements)
    }

    private mutating func word(_ word: String, _ value: JSONValue, _ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        guard bytes.count - position >= word.utf8.count else { throw error("an unknown word") }
        for (index, byte) in word.utf8.enumerated() where bytes[position + index] != byte { throw error("an unknown word") }
        position += word.utf8.count
        return value
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= limits.depth else { throw error("nested too deeply") }
        position += 1
    }

    private mutating func leave<Result>(_ result: Result) -> Result {
        depth -= 1
        return result
    }

    /// Steps over white space and, if it is next, one mark.
    @inline(__always)
    private mutating func take(_ mark: Unicode.Scalar, _ bytes: Span<UInt8>) -> Bool {
        skipSpace(bytes)
        guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    /// Steps over a comma, or over the mark that ends what it would continue.
    @inline(__always)
    private mutating func goesOn(
        before end: Unicode.Scalar, _ bytes: Span<UInt8>, orElse message: String
    ) throws(JSONError) -> Bool {
        skipSpace(bytes)
        guard position < bytes.count else { throw error(message) }
        let byte = bytes[position]
        guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: end) else { throw error(message) }
        position += 1
        return byte == UInt8(ascii: ",")
    }

    @inline(__always)
    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }
}
