package import HTTP

extension ByteRoom {
    /// Adds a JSON string with its quotes.
    package mutating func append(json text: String) {
        guard JSONText.isPlain(text) else {
            var escaped: [UInt8] = []
            JSONValue.append(text, to: &escaped)
            return append(escaped.span)
        }
        append(quoted: text)
    }
}

extension JSONValue {
    /// The shortest JSON text of this value, members in their order.
    package func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Writes the JSON text behind what is already there.
    package func append(to bytes: inout [UInt8]) {
        JSONText.append(size: JSONText.room(for: plainSize), to: &bytes) { write(to: &$0) }
    }

    /// Writes a JSON string with its quotes.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        guard text.utf8.count < 4096 || !JSONText.isPlain(text) else { return appendPlain(text, to: &bytes) }
        JSONText.append(size: text.utf8.count &+ 2, to: &bytes) { JSONText.write(text, to: &$0) }
    }

    /// Long texts, mostly base64, are copied as a whole.
    @inline(never)
    private static func appendPlain(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(text: text)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Bytes of the text where nothing in it has to be escaped, or a few more.
    fileprivate var plainSize: Int {
        switch self {
        case .null, .bool: 5
        case .integer, .number: 24
        case .string(let value): value.utf8.count &+ 2
        case .array(let elements): elements.reduce(2) { $0 &+ $1.plainSize &+ 1 }
        case .object(let object): object.plainSize
        }
    }

    fileprivate func write(to room: inout OutputSpan<UInt8>) -> Bool {
        switch self {
        case .null: JSONText.write(word: "null", to: &room)
        case .bool(let value): JSONText.write(word: value ? "true" : "false", to: &room)
        case .integer(let value): JSONText.write(word: value.description, to: &room)
        // The description is the shortest text that reads back as the same number.
        case .number(let value): JSONText.write(word: value.isFinite ? value.description : "null", to: &room)
        case .string(let value): JSONText.write(value, to: &room)
        case .array(let elements): Self.write(elements, to: &room)
        case .object(let object): object.write(to: &room)
        }
    }

    private static func write(_ elements: [JSONValue], to room: inout OutputSpan<UInt8>) -> Bool {
        guard JSONText.write(UInt8(ascii: "["), to: &room) else { return false }
        for index in elements.indices {
            if index > 0, !JSONText.write(UInt8(ascii: ","), to: &room) { return false }
            guard elements[index].write(to: &room) else { return false }
        }
        return JSONText.write(UInt8(ascii: "]"), to: &room)
    }
}

extension JSONObject {
    /// The shortest JSON text of this object, members in their order.
    package func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Writes the JSON text behind what is already there.
    package func append(to bytes: inout [UInt8]) {
        JSONText.append(size: JSONText.room(for: plainSize), to: &bytes) { write(to: &$0) }
    }

    fileprivate var plainSize: Int {
        var size = 2
        for index in members.indices { size &+= members[index].key.utf8.count &+ members[index].value.plainSize &+ 4 }
        return size
    }

    fileprivate func write(to room: inout OutputSpan<UInt8>) -> Bool {
        guard JSONText.write(UInt8(ascii: "{"), to: &room) else { return false }
        for index in members.indices {
            if index > 0, !JSONText.write(UInt8(ascii: ","), to: &room) { return false }
            guard JSONText.write(members[index].key, to: &room), JSONText.write(UInt8(ascii: ":"), to: &room),
                members[index].value.write(to: &room)
            else { return false }
        }
        return JSONText.write(UInt8(ascii: "}"), to: &room)
    }
}

extension JSONText {
    /// Small texts get some more, so that a quote or a line break in them does not make them be written twice.
    fileprivate static func room(for size: Int) -> Int { size < 4096 ? size &+ 48 : size }

    @inline(__always)
    fileprivate static func write(_ mark: UInt8, to room: inout OutputSpan<UInt8>) -> Bool {
        guard !room.isFull else { return false }
        room.append(mark)
        return true
    }

    fileprivate static func write(word: String, to room: inout OutputSpan<UInt8>) -> Bool {
        guard room.freeCapacity >= word.utf8.count else { return false }
        for byte in word.utf8 { room.append(byte) }
        return true
    }
}
