/// The value of a `Content-Type` field, or one range of `Accept` (RFC 9110 §8.3.1).
package struct MediaTypeHeader: Sendable, Hashable {
    /// Lower case.
    package let type: String
    /// Lower case.
    package let subtype: String
    /// Names in lower case, in order.
    package let parameters: [HTTPParameters.Parameter]

    /// nil for anything that is no `type/subtype; name=value...`.
    package init?(parsing text: String) {
        if text == "application/json" {
            // What nearly everybody sends.
            (type, subtype, parameters) = ("application", "json", [])
            return
        }
        let semicolon = text.utf8.firstIndex(of: UInt8(ascii: ";")) ?? text.utf8.endIndex
        let essence = HTTPParameters.trimmed(text[..<semicolon]).lowercased().split(separator: "/", omittingEmptySubsequences: false)
        guard essence.count == 2, essence.allSatisfy(HTTPParameters.isToken) else { return nil }
        guard let parameters = HTTPParameters.parse(text[semicolon...], escapes: .pairs) else { return nil }
        type = String(essence[0])
        subtype = String(essence[1])
        self.parameters = parameters
    }

    /// `type/subtype`, lower case.
    package var essence: String { "\(type)/\(subtype)" }

    /// The first parameter of that name, given in lower case.
    package subscript(parameter: String) -> String? {
        parameters.first { $0.name == parameter }?.value
    }

    /// `application/json`, or a type built on it.
    package var isJSON: Bool { type == "application" && (subtype == "json" || subtype.hasSuffix("+json")) }

    package var isMultipartForm: Bool { type == "multipart" && subtype == "form-data" }
    package var isEventStream: Bool { type == "text" && subtype == "event-stream" }
}
