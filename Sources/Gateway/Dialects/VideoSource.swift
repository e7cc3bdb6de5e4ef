import HTTP
import Media

/// Finds the video that another one is made from, under all the names that clients give it.
struct VideoSource {
    /// Uploads in the field `video`.
    let files: [UploadedFile]
    /// The id in the call's path.
    let pathID: String?

    /// - Throws: where there is none, or more than one.
    func find(_ reader: inout FieldReader) throws(APIError) -> VideoReference {
        var found = files.map { VideoReference.input(.upload($0)) }
        if let pathID { found.append(.task(id: pathID)) }
        if let id = try reader.string("video_id"), !id.isEmpty { found.append(.task(id: id)) }
        if let value = reader.take("video") { found.append(try reference(value, "video")) }
        if let value = reader.take("video_url") { found.append(try reference(value, "video_url")) }
        guard let first = found.first else { throw .missing("video") }
        guard found.count == 1 else { throw .invalid("video", "One video is taken, but \(found.count) came.") }
        return first
    }

    /// An object with an id, or a URL in whatever wrapping.
    private func reference(_ value: JSONValue, _ field: String) throws(APIError) -> VideoReference {
        guard let object = value.object else { return .input(try InputCollector.reference(value, field)) }
        if let id = object["id"], !id.isNull {
            guard let text = id.string, !text.isEmpty else {
                throw .invalid("\(field).id", "Invalid type for '\(field).id': expected a string.", code: "invalid_type")
            }
            return .task(id: text)
        }
        guard let url = object["url"] ?? object["video_url"], url.string != nil || url.object != nil else {
            throw .invalid(field, "Invalid '\(field)': expected a file, a URL, or an object with 'id'.", code: "invalid_type")
        }
        return .input(try InputCollector.reference(url, field))
    }
}
