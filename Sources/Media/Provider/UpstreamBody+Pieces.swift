package import HTTP

extension UpstreamBody {
    /// The content as it is sent; nil content type where there is none.
    /// - Parameter boundary: for a multipart body: letters and digits that are in no part.
    package func encoded(boundary: String) -> (pieces: [ByteSource], contentType: String?) {
        switch self {
        case .none: return ([], nil)
        case .json(let value): return ([ByteSource(value.serialized())], "application/json")
        case .bytes(let bytes, let type): return ([ByteSource(bytes)], type)
        case .multipart(let parts):
            let serializer = MultipartSerializer(boundary: boundary)
            return (serializer.pieces(of: parts), serializer.contentType)
        }
    }
}
