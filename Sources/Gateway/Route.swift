package import HTTP
package import Media

/// Everything that can be asked for: a closed set, matched without a router.
package enum Route: Sendable, Hashable {
    case images(GenerationRequest.Operation, Dialect)
    case models
    case model(String)
    case file(String)
    case health
    case readiness

    package enum Match: Sendable, Hashable {
        case found(Route)
        case notFound
        /// The path exists; with these methods.
        case wrongMethod([HTTPMethod])
    }

    /// Matches a path; `/v1` may be left out, and empty segments do not count, for base URLs are written in both ways.
    package static func match(_ method: HTTPMethod, path: String) -> Match {
        var segments = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        if segments.first == "v1" { segments.removeFirst() }
        guard let (route, methods) = target(segments) else { return .notFound }
        return methods.contains(method) ? .found(route) : .wrongMethod(methods)
    }

    /// The dialect in which a path's errors are told.
    package static func dialect(ofPath path: String) -> Dialect {
        let segments = path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
        let rest = segments.first == "v1" ? segments.dropFirst() : segments[...]
        if rest.first == "openai" { return .imageRouter }
        if rest.count == 3, rest.starts(with: ["images", "tasks"]) || rest.starts(with: ["videos", "tasks"]) { return .infron }
        return rest == ["videos", "generations"] ? .infron : .openAI
    }

    private static func target(_ segments: [String]) -> (Route, [HTTPMethod])? {
        switch segments {
        case ["images", "generations"]: (.images(.generate, .openAI), [.post])
        case ["images", "edits"]: (.images(.edit, .openAI), [.post])
        case ["images", "variations"]: (.images(.vary, .openAI), [.post])
        case ["images", "upscale"]: (.images(.upscale, .openAI), [.post])
        case ["images", "remove"]: (.images(.removeBackground, .openAI), [.post])
        case ["openai", "images", "generations"]: (.images(.generate, .imageRouter), [.post])
        case ["openai", "images", "edits"]: (.images(.edit, .imageRouter), [.post])
        case ["models"]: (.models, [.get, .head])
        case ["healthz"]: (.health, [.get, .head])
        case ["readyz"]: (.readiness, [.get, .head])
        case let path where path.count == 2 && path[0] == "files": (.file(percentDecoded(path[1])), [.get, .head])
        case let path where path.count >= 2 && path[0] == "models":
            (.model(path.dropFirst().map(percentDecoded).joined(separator: "/")), [.get, .head, .delete])
        default: nil
        }
    }
}

/// Percent-escapes undone; what is no UTF-8 afterwards names nothing.
func percentDecoded(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), let value = hexadecimalByte(rest.prefix(2)) {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(validating: bytes, as: UTF8.self) ?? ""
}

/// Two hexadecimal digits and nothing else: `UInt8` by itself would take a sign, and a single digit.
private func hexadecimalByte(_ digits: ArraySlice<UInt8>) -> UInt8? {
    guard digits.count == 2, digits.first != UInt8(ascii: "+") else { return nil }
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
}
