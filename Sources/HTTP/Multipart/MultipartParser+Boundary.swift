extension MultipartParser {
    /// The boundary that a Content-Type names (RFC 2046 §5.1.1: 1 to 70 characters of a small alphabet).
    package static func boundary(of contentType: String) throws(MultipartError) -> String {
        guard let header = MediaTypeHeader(parsing: contentType), header.isMultipartForm else {
            throw MultipartError(.boundary, "the content is not multipart/form-data")
        }
        let boundaries = header.parameters.filter { $0.name == "boundary" }
        guard boundaries.count == 1, let boundary = boundaries.first?.value else {
            throw MultipartError(.boundary, "multipart/form-data needs one boundary")
        }
        guard 1...70 ~= boundary.utf8.count, boundary.utf8.allSatisfy(isBoundaryByte), boundary.utf8.last != 0x20 else {
            throw MultipartError(.boundary, "the boundary has characters or a length that boundaries do not have")
        }
        return boundary
    }

    private static func isBoundaryByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case _: "'()+_,-./:=? ".utf8.contains(byte)
        }
    }
}
