import HTTP

extension JSONValue {
    /// The shortest JSON text of this value, members in their order.
    package func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        append(to: &bytes)
        return bytes
    }

    /// Writes the JSON text behind what is already there.
    package func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(text: "null")
        case .bool(let value): bytes.append(text: value ? "true" : "false")
        case .integer(let value): bytes.append(decimal: value)
        // The description is the shortest text that reads back as the same number.
        case .number(let value): bytes.append(text: value.isFinite ? value.description : "null")
        case .string(let value): Self.append(value, to: &bytes)
        case .array(let elements): Self.append(elements, to: &bytes)
        case .object(let object): object.append(to: &bytes)
        }
    }

    private static func append(_ elements: [JSONValue], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for index in elements.indices {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            elements[index].append(to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes a JSON string with its quotes.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let source = text.utf8Span.span
        if let special = ByteScan.firstJSONSpecial(in: source) {
            appendEscaped(source, firstSpecial: special, to: &bytes)
        } else {
            bytes.append(text: text)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ source: Span<UInt8>, firstSpecial: Int, to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + source.count + 16)
        var index = 0
        var special: Int? = firstSpecial
        while let next = special {
            while index < next {
                bytes.append(source[index])
                index += 1
            }
            appendEscape(of: source[next], to: &bytes)
            index = next + 1
            special = ByteScan.firstJSONSpecial(in: source, from: index)
        }
        while index < source.count {
            bytes.append(source[index])
            index += 1
        }
    }

    private static func appendEscape(of byte: UInt8, to bytes: inout [UInt8]) {
        let letter: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
        case 0x08: letter = UInt8(ascii: "b")
        case 0x0C: letter = UInt8(ascii: "f")
        case 0x0A: letter = UInt8(ascii: "n")
        case 0x0D: letter = UInt8(ascii: "r")
        case 0x09: letter = UInt8(ascii: "t")
        case _:
            bytes.append(text: "\\u00")
            bytes.append(hexadecimal: [byte])
            return
        }
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
    }
}

extension JSONObject {
    /// The shortest JSON text of this object, members in their order.
    package func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        append(to: &bytes)
        return bytes
    }

    /// Writes the JSON text behind what is already there.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for index in members.indices {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONValue.append(members[index].key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            members[index].value.append(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
