import HTTP
import Transport

/// The web page at `/` and what it is made of: the same for everybody, for as long as the program runs.
package struct Console: Sendable {
    private let files: [String: File]

    /// One of its files, ready to be sent.
    struct File: Sendable {
        let bytes: [UInt8]
        let type: String
        let entityTag: String
    }

    /// - Parameter files: name and bytes; the page itself is `index.html`.
    package init(_ files: [(name: String, bytes: [UInt8])] = []) {
        self.files = Dictionary(
            files.map { name, bytes in
                let tag = "\"\(hexadecimal(Array(SHA256.digest(of: bytes).prefix(10))))\""
                return (name, File(bytes: bytes, type: Console.type(of: name), entityTag: tag))
            }, uniquingKeysWith: { _, last in last })
    }

    subscript(name: String) -> File? { files[name] }

    /// The media type that a name's ending stands for.
    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        case _: "application/octet-stream"
        }
    }
}
