import HTTP

/// `GET /` and `/console/NAME`: the console. It needs no key; the calls that it makes do.
struct ConsoleEndpoint: Sendable {
    let console: Console

    /// The page loads from here alone, runs nothing that stands in its markup, and is shown in nobody's frame.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// 200, or 304 for who has it already; the server leaves the body out for HEAD.
    @inline(never)
    func answer(to head: HTTPRequestHead, file name: String) throws(APIError) -> HTTPResponse {
        guard let file = console[name] else { throw APIError(404, code: "not_found", "The console has no file '\(name.prefix(64))'.") }
        let standing: HTTPFields = [.etag: file.entityTag, .cacheControl: "no-cache", .contentSecurityPolicy: Self.policy]
        guard !head.fields.hasCopy(file.entityTag) else { return HTTPResponse(status: 304, fields: standing) }
        var response = HTTPResponse(status: 200, fields: standing, body: HTTPBody(file.bytes))
        response.fields.set(.contentType, file.type)
        response.fields.set(.contentTypeOptions, "nosniff")
        response.fields.set("referrer-policy", "no-referrer")
        return response
    }
}

extension Route {
    /// The console's file at a path; nil for any other path. It has no second way of writing it.
    static func consoleFile(at path: String) -> String? {
        if path == "/" { return "index.html" }
        let folder = "/console/"
        guard path.hasPrefix(folder) else { return nil }
        return String(path.dropFirst(folder.count))
    }
}
