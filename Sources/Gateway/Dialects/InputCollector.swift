import HTTP
import Media

/// Finds the input images of a request under all the names that clients give them.
struct InputCollector {
    let files: [UploadedFile]

    private static let imageFields = ["image", "images", "image_url", "image_urls", "input_reference"]

    func collect(_ reader: inout FieldReader) throws(APIError) -> (inputs: [InputReference], mask: InputReference?) {
        var inputs: [InputReference] = []
        var masks: [InputReference] = []
        for file in files {
            switch file.field {
            case "image", "images", "input_reference": inputs.append(.upload(file))
            case "mask": masks.append(.upload(file))
            default: throw .invalid(file.field, "Unexpected file in field '\(file.field.prefix(64))'.", code: "unknown_parameter")
            }
        }
        for field in InputCollector.imageFields {
            if let value = reader.take(field) { inputs += try references(value, field) }
        }
        if let value = reader.take("mask") { masks += try references(value, "mask") }
        try InputCollector.check(count: inputs.count)
        guard masks.count <= 1 else { throw .invalid("mask", "At most one mask is taken.") }
        return (inputs, masks.first)
    }

    static func check(count: Int) throws(APIError) {
        guard count > ImageRequestDecoder.maximumInputs else { return }
        throw .invalid("image", "At most \(ImageRequestDecoder.maximumInputs) images are taken, but \(count) came.")
    }

    /// A text, an object with `image_url`, or a list of these.
    private func references(_ value: JSONValue, _ field: String) throws(APIError) -> [InputReference] {
        guard let list = value.array else { return [try InputCollector.reference(value, field)] }
        guard list.count <= 2 * ImageRequestDecoder.maximumInputs else {
            throw .invalid(field, "At most \(ImageRequestDecoder.maximumInputs) images are taken, but \(list.count) came.")
        }
        var found: [InputReference] = []
        for (index, item) in list.enumerated() { found.append(try InputCollector.reference(item, "\(field)[\(index)]")) }
        return found
    }

    /// A URL, a data URI, or an object with one.
    static func reference(_ value: JSONValue, _ field: String) throws(APIError) -> InputReference {
        if let object = value.object {
            if object["file_id"].map({ !$0.isNull }) ?? false {
                throw .invalid(field, "Files are not kept here: give 'image_url' instead of 'file_id'.")
            }
            let named = [object["image_url"], object["url"]].compactMap(\.self).first { !$0.isNull }
            guard let inner = named, inner.string != nil || inner.object != nil else {
                throw .invalid(field, "Invalid '\(field)': expected an object with 'image_url'.", code: "invalid_type")
            }
            if inner.object != nil, inner["url"]?.string == nil { throw .invalid(field, "Invalid '\(field)': expected a URL.") }
            return try reference(inner["url"] ?? inner, field)
        }
        guard let text = value.string else { throw .invalid(field, "Invalid type for '\(field)': expected a URL.", code: "invalid_type") }
        if DataURI.matches(text) {
            guard let uri = DataURI(parsing: text) else { throw .invalid(field, "Invalid '\(field)': not a base64 data URL.") }
            return .dataURI(uri, field: field)
        }
        let scheme = text.prefix(8).lowercased()
        guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://") else {
            throw .invalid(field, "Invalid '\(field)': expected an http(s) or data URL.")
        }
        return .url(text, field: field)
    }
}
