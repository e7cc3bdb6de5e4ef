package import Media

/// What an upstream says went wrong, whichever envelope it uses. Words as they came: not yet fit to be passed on.
package struct UpstreamErrorBody: Sendable {
    package var message: String?
    package var type: String?
    package var code: String?
    /// By our callers' name, as `prompt` or `size`; `model` blames the operator's.
    package var field: String?
    /// A status told inside the body: Infron's integer `code`, ImageRouter's `status`.
    package var status: Int?
    /// What the caller wrote, in lower case: answers quote it.
    var callersWords = ""

    package init(message: String? = nil, type: String? = nil, code: String? = nil, field: String? = nil, status: Int? = nil) {
        self.message = message
        self.type = type
        self.code = code
        self.field = field
        self.status = status
    }

    /// Reads `{error: {...}}`, `{error: "text"}`, `{detail: ...}` and bare `{message, code}`; nothing is missed in anything else.
    package init(_ json: JSONValue?) {
        self.init()
        guard let json else { return }
        if let error = json["error"], Self.tells(error) {
            read(error)
        } else if let detail = json["detail"], Self.tells(detail) {
            read(detail: detail)
        } else {
            read(json)
        }
        status = status ?? json["status"]?.int ?? json["code"]?.int
    }

    /// The error inside an answer of status 2xx; nil where there is none.
    package init?(inSuccess json: JSONValue) {
        guard let error = json["error"], Self.tells(error) else { return nil }
        self.init(json)
    }

    /// Whether the message speaks of something, in any case.
    func speaks(of phrase: String) -> Bool { message?.lowercased().contains(phrase) ?? false }

    /// The same of what is ours to mend. Words that the caller wrote, too, prove nothing: a quoted prompt would close a provider for all.
    func blamesUs(by phrase: String) -> Bool { speaks(of: phrase) && !callersWords.contains(phrase) }

    /// Both names by which an error goes, in lower case.
    package var names: [String] { [code, type].compactMap { $0?.lowercased() } }

    private static func tells(_ value: JSONValue) -> Bool {
        switch value {
        case .null: false
        case .bool(let flag): flag
        case .string(let text): !text.isEmpty
        case .array(let items): !items.isEmpty
        case .object(let members): !members.isEmpty
        case .integer, .number: true
        }
    }

    private mutating func read(_ error: JSONValue) {
        message = error.filled ?? error["message"]?.filled ?? error["msg"]?.filled
        type = error["type"]?.filled
        code = error["code"]?.filled ?? error["innererror"]?["code"]?.filled
        field = error["param"]?.filled
        status = error["code"]?.int ?? error["status"]?.int
    }

    /// FastAPI's validation errors: a text, or a list of `{loc, msg}`; the `input` they quote is left where it is.
    private mutating func read(detail: JSONValue) {
        guard let first = detail[0] else { return read(detail) }
        message = first["msg"]?.filled
        let place = (first["loc"]?.array ?? []).compactMap { $0.string ?? $0.int.map(String.init) }
        field = place.filter { $0 != "body" }.joined(separator: ".")
    }
}
