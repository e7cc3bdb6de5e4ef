import HTTP
package import Media

/// The pieces of a multipart request.
package enum RequestParts {
    /// Fields as text parts: lists as `name[]`, members as `name[key]`; null is left out.
    package static func texts(from fields: JSONObject) -> [MultipartPart] {
        fields.flatMap { texts(named: $0.key, $0.value) }
    }

    /// - Throws: an error of kind `invalidRequest` for an input that is not at hand as bytes.
    package static func file(named name: String, _ input: MediaInput) throws(UpstreamError) -> MultipartPart {
        let source: ByteSource
        switch input.content {
        case .data(let bytes): source = bytes
        case .base64(let text):
            guard let bytes = try? Base64.decode(text) else { throw unusable("is not valid base64", name) }
            source = ByteSource(bytes)
        case .url, .uploaded: throw unusable("is only an address, and the provider takes files", name)
        }
        return MultipartPart(
            name: name, content: .file(source, name: input.fileName, type: input.type?.rawValue ?? "application/octet-stream"))
    }

    /// Named by the field that the caller knows it by.
    private static func unusable(_ message: String, _ name: String) -> UpstreamError {
        let (field, noun) =
            switch name.prefix(4) {
            case "mask": ("mask", "the mask")
            case "vide": ("video", "the input video")
            case "inpu": ("input_reference", "an input image")
            case _: ("image", "an input image")
            }
        return UpstreamError(.invalidRequest, .notSent, field: field, message: "\(noun) \(message)")
    }

    private static func texts(named name: String, _ value: JSONValue) -> [MultipartPart] {
        switch value {
        case .null: []
        case .string(let text): [MultipartPart(name: name, content: .text(text))]
        case .bool, .integer, .number:
            [MultipartPart(name: name, content: .text(String(decoding: value.serialized(), as: UTF8.self)))]
        case .array(let items): items.flatMap { texts(named: name + "[]", $0) }
        case .object(let members): members.flatMap { texts(named: "\(name)[\($0.key)]", $0.value) }
        }
    }
}
