import HTTP
import Transport

/// `GET /openapi.json`: what can be asked for and what is answered, for programs. The same for everybody, for as long as the program runs.
package struct APIDescription: Sendable {
    private let bytes: [UInt8]
    private let entityTag: String

    /// - Parameter bytes: an OpenAPI document in JSON.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        entityTag = "\"\(hexadecimal(Array(SHA256.digest(of: bytes).prefix(10))))\""
    }

    /// 200, or 304 for who has it already; the server leaves the body out for HEAD.
    func answer(to head: HTTPRequestHead) -> HTTPResponse {
        let standing: HTTPFields = [.etag: entityTag, .cacheControl: "no-cache"]
        guard !head.fields.hasCopy(entityTag) else { return HTTPResponse(status: 304, fields: standing) }
        var response = HTTPResponse(status: 200, fields: standing, body: HTTPBody(bytes))
        response.fields.set(.contentType, "application/json")
        return response
    }
}
