import HTTP
import Media

/// Members of a JSON object written as bytes, without a tree before them. A name is given as it is written, with what stands around it, so
/// that it is one piece: `,"id":`.
extension [UInt8] {
    /// Writes nothing for nil.
    mutating func append(_ name: String, _ text: String?) {
        guard let text else { return }
        append(text: name)
        JSONValue.append(text, to: &self)
    }

    mutating func append(_ name: String, _ number: Int) {
        append(text: name)
        append(decimal: number)
    }
}

extension ByteRoom {
    /// Writes nothing for nil.
    mutating func append(_ name: String, _ text: String?) {
        guard let text else { return }
        append(text: name)
        append(json: text)
    }

    mutating func append(_ name: String, _ number: Int) {
        append(text: name)
        append(decimal: number)
    }
}
