import HTTP
import Media

/// A request's body, whatever its encoding was.
struct RequestForm: Sendable {
    var fields: JSONObject
    var files: [UploadedFile] = []
    /// Values came as text.
    var isMultipart = false
}

/// A file of a multipart form. The client's own name and type for it are not kept: they are not to be trusted.
struct UploadedFile: Sendable {
    /// Of the form's field, without a trailing `[]`.
    var field: String
    var content: ByteSource
    /// By its first bytes.
    var type: MediaType?
}

/// An image or a video as a request names it.
enum InputReference: Sendable {
    case upload(UploadedFile)
    case url(String, field: String)
    case dataURI(DataURI, field: String)
}
