/// Writes `multipart/form-data` as pieces of known length; files are not copied.
package struct MultipartSerializer: Sendable {
    /// A field or a file of the form.
    package struct Part: Sendable {
        package var name: String
        package var content: Content

        package init(name: String, content: Content) {
            self.name = name
            self.content = content
        }

        package enum Content: Sendable {
            case text(String)
            case file(ByteSource, name: String, type: String)
        }
    }

    private let boundary: String

    /// - Parameter boundary: 1 to 70 letters and digits, random enough to be in no part.
    package init(boundary: String) {
        self.boundary = boundary
    }

    /// The value for the Content-Type field.
    package var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    package func pieces(of parts: [Part]) -> [ByteSource] {
        var pieces: [ByteSource] = []
        var text: [UInt8] = []
        for part in parts {
            text.append(contentsOf: "--\(boundary)\r\n\(Self.head(of: part))\r\n".utf8)
            switch part.content {
            case .text(let value): text.append(contentsOf: value.utf8)
            case .file(let source, name: _, type: _):
                pieces.append(ByteSource(text))
                text = []
                if source.count > 0 { pieces.append(source) }
            }
            text.append(contentsOf: "\r\n".utf8)
        }
        text.append(contentsOf: "--\(boundary)--\r\n".utf8)
        pieces.append(ByteSource(text))
        return pieces
    }

    private static func head(of part: Part) -> String {
        let disposition = "Content-Disposition: form-data; name=\"\(escaped(part.name))\""
        switch part.content {
        case .text: return "\(disposition)\r\n"
        case .file(_, let name, let type):
            return "\(disposition); filename=\"\(escaped(name))\"\r\nContent-Type: \(withoutControls(type))\r\n"
        }
    }

    /// As browsers do it: quotes and line breaks become percent escapes, all else goes out as UTF-8.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "%22"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            case _: result.unicodeScalars.append(scalar)
            }
        }
        return withoutControls(result)
    }

    private static func withoutControls(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }
}
