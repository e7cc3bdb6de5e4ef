import HTTP
import Media

extension GenerationRequest {
    /// Bytes of JSON that the fields unknown here may take in a request that is kept, and the same for its wishes about providers.
    static let maximumExtras = 64 << 10

    /// A request that becomes a task is written into a row, and into each list of rows: what has no other bound gets one.
    /// - Throws: 413, naming the largest of the fields.
    func checkSize() throws(APIError) {
        let routes = [routing.order, routing.only, routing.ignore].map { JSONValue.array($0.map(JSONValue.string)) }
        if JSONValue.array(routes).isLonger(than: Self.maximumExtras) {
            throw Self.tooLarge("provider", "'provider' is larger than \(Self.maximumExtras) bytes.")
        }
        guard JSONValue.object(extras).isLonger(than: Self.maximumExtras) else { return }
        let largest = extras.max { $0.value.roughSize < $1.value.roughSize }
        let field = String((largest?.key ?? "").prefix(64))
        throw Self.tooLarge(
            field, "The fields that are not known here are larger than \(Self.maximumExtras) bytes together, '\(field)' the most.")
    }

    private static func tooLarge(_ field: String, _ message: String) -> APIError {
        APIError(413, code: "request_too_large", field: field, message)
    }
}

extension JSONValue {
    /// Whether its JSON text has more bytes; long ones are told without writing them.
    func isLonger(than limit: Int) -> Bool { roughSize > limit || serialized().count > limit }

    /// At most the bytes of its JSON text.
    fileprivate var roughSize: Int {
        switch self {
        case .null, .bool, .integer, .number: 1
        case .string(let text): text.utf8.count + 2
        case .array(let elements): elements.reduce(2) { $0 + $1.roughSize }
        case .object(let object): object.reduce(2) { $0 + $1.key.utf8.count + 3 + $1.value.roughSize }
        }
    }
}
