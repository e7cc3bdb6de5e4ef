import HTTP
import Media

extension JSONValue {
    /// A member by its camelCase name, or by the same in snake_case: Google's servers answer in either.
    func google(_ name: String) -> JSONValue? { self[name] ?? self[GoogleNames.snake(name)] }
}

extension JSONObject {
    /// Adds what the caller set beside the known fields: objects that are there already gain the members they lack.
    mutating func addNested(_ extras: JSONObject, except dropped: Set<String>) {
        for (key, value) in extras {
            guard let mine = self[key]?.object, let more = value.object, !dropped.contains(key) else { continue }
            var joined = mine
            joined.addNested(more, except: [])
            self[key] = .object(joined)
        }
        add(extras, except: dropped)
    }
}

/// The two spellings of Google's field names.
enum GoogleNames {
    /// `negativePrompt` of `negative_prompt`; what has no underscore stays.
    static func camel(_ name: String) -> String {
        let words = name.split(separator: "_")
        guard words.count > 1, let first = words.first else { return name }
        return first + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// `negative_prompt` of `negativePrompt`.
    static func snake(_ name: String) -> String {
        name.reduce(into: "") { text, letter in text += letter.isUppercase ? "_" + letter.lowercased() : String(letter) }
    }

    /// The caller's own fields as members of a request in camelCase.
    static func camelled(_ extras: JSONObject, except dropped: Set<String>) -> JSONObject {
        var kept: JSONObject = [:]
        kept.add(extras, except: dropped)
        return JSONObject(kept.map { (camel($0.key), $0.value) })
    }
}

/// Media inside Google's JSON.
enum GoogleMedia {
    /// Standard base64 with padding, whichever alphabet it came in.
    static func plainBase64(_ text: String) -> String {
        let isWhole = text.utf8.count % 4 == 0
        if isWhole, !text.utf8.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }) { return text }
        var bytes = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            case _: byte
            }
        }
        while bytes.count % 4 != 0 { bytes.append(UInt8(ascii: "=")) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A picture or video that an answer holds as base64; nil for what is none.
    static func asset(base64 text: String?, base: HTTPURL) -> MediaAsset? {
        text.flatMap { ImagesAnswer.asset(from: ["b64_json": .string(plainBase64($0))], base: base) }
    }

    /// An input's base64 and type.
    /// - Parameter field: what the caller knows the input by.
    /// - Throws: an error of kind `invalidRequest` for an input that was not made base64 before.
    static func inline(
        _ input: MediaInput, field: String = "image", usual: MediaType = .png
    ) throws(UpstreamError) -> (data: JSONValue, type: JSONValue) {
        do {
            let (base64, type) = try InputReference.inline(input)
            return (.string(base64), .string((type ?? usual).rawValue))
        } catch {
            throw .unsayable(field, "an input is not at hand as base64")
        }
    }

    /// A model's name as it can stand in a path.
    /// - Throws: an error of kind `invalidRequest` for everything else.
    static func pathName(_ model: String) throws(UpstreamError) -> String {
        let name = model.hasPrefix("models/") ? String(model.dropFirst(7)) : model
        let isPlain = name.utf8.allSatisfy { byte in
            byte.isASCIIAlphanumeric || "-_.@".utf8.contains(byte)
        }
        guard isPlain, !name.isEmpty, name != ".", name != ".." else {
            throw .unsayable("model", "the model's name cannot stand in a path")
        }
        return name
    }
}

extension UInt8 {
    /// A letter or digit.
    fileprivate var isASCIIAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case _: false
        }
    }
}
