package import HTTP
package import Media

/// Everything that can be asked for: a closed set, matched without a router.
package enum Route: Sendable, Hashable {
    case images(GenerationRequest.Operation, Dialect)
    /// A call that makes a video; with the id in the path of a remix.
    case makeVideo(GenerationRequest.Operation, source: String?, Dialect)
    case videos
    case video(String)
    case videoContent(String)
    case tasks
    case task(String)
    case cancelTask(String)
    case taskEvents(String)
    case infronTask(GenerationTask.Kind, String)
    /// What would happen to a call.
    case explain
    case models
    case model(String)
    /// Who the caller's key is.
    case me
    /// How the providers do.
    case providers
    case file(String)
    /// A file of the web page at `/`.
    case console(String)
    /// The API for programs.
    case description
    /// What is counted, for Prometheus.
    case metrics
    /// What was used, and what it cost.
    case usage
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
        if let fixed = fixedPath(path.utf8Span.span) { return match(method, fixed.route, fixed.methods) }
        if let file = consoleFile(at: path) {
            return [.get, .head].contains(method) ? .found(.console(file)) : .wrongMethod([.get, .head])
        }
        let bytes = plainBytes(of: path)
        if let fixed = FixedPath.at(bytes.span) { return match(method, fixed.route, fixed.methods) }
        let segments = bytes.split(separator: slash).map { String(repairing: $0.span) }
        guard let (route, methods) = target(segments) else { return .notFound }
        return match(method, route, methods)
    }

    /// That of a path in its usual form: `/v1` and a fixed path.
    private static func fixedPath(_ path: Swift.Span<UInt8>) -> FixedPath? {
        let version = version.span
        guard path.count > version.count, version.indices.allSatisfy({ path[$0] == version[$0] }) else { return nil }
        return FixedPath.at(path.extracting(version.count...))
    }

    private static let version = Array("/v1/".utf8)

    private static func match(_ method: HTTPMethod, _ route: Route, _ methods: [HTTPMethod]) -> Match {
        guard methods.contains(method) else { return .wrongMethod(methods) }
        if case .videos = route, method == .post { return .found(.makeVideo(.video, source: nil, .openAI)) }
        return .found(route)
    }

    /// The one way of writing a path that has several.
    static func normalized(_ path: String) -> String { String(repairing: plainBytes(of: path).span) }

    /// Without a version, and with slashes between segments alone.
    private static func plainBytes(of path: String) -> [UInt8] {
        let source = path.utf8Span.span
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count + 1)
        var last = slash
        for index in source.indices {
            if source[index] != slash || last != slash { bytes.append(source[index]) }
            last = source[index]
        }
        if last != slash { bytes.append(slash) }
        if bytes.starts(with: [UInt8(ascii: "v"), UInt8(ascii: "1"), slash]) { bytes.removeFirst(3) }
        if !bytes.isEmpty { bytes.removeLast() }
        return bytes
    }

    private static let slash = UInt8(ascii: "/")

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
        case let path where path.count == 2 && path[0] == "files": (.file(percentDecoded(path[1])), [.get, .head])
        case let path where path.count >= 2 && path[0] == "models":
            (.model(path.dropFirst().map(percentDecoded).joined(separator: "/")), [.get, .head, .delete])
        default: target(ofTasks: segments)
        }
    }

    /// Fixed names win over ids.
    private static func target(ofTasks segments: [String]) -> (Route, [HTTPMethod])? {
        guard let first = segments.first, ["videos", "images", "tasks"].contains(first) else { return nil }
        let rest = segments.dropFirst().map(percentDecoded)
        return switch (first, rest.count, rest.first ?? "", rest.last ?? "") {
        case ("videos", 1, "generations", _): (.makeVideo(.video, source: nil, .infron), [.post])
        case ("videos", 1, "edits", _): (.makeVideo(.editVideo, source: nil, .openAI), [.post])
        case ("videos", 1, "extensions", _): (.makeVideo(.extendVideo, source: nil, .openAI), [.post])
        case ("videos", 1, "characters", _), ("videos", 2, "characters", _): nil
        case ("videos", 1, let id, _): (.video(id), [.get, .head, .delete])
        case ("videos", 2, "tasks", let id): (.infronTask(.video, id), [.get, .head])
        case ("images", 2, "tasks", let id): (.infronTask(.image, id), [.get, .head])
        case ("videos", 2, let id, "content"): (.videoContent(id), [.get, .head])
        case ("videos", 2, let id, "remix"): (.makeVideo(.remixVideo, source: id, .openAI), [.post])
        case ("tasks", 1, let id, _): (.task(id), [.get, .head, .delete])
        case ("tasks", 2, let id, "cancel"): (.cancelTask(id), [.post])
        case ("tasks", 2, let id, "events"): (.taskEvents(id), [.get])
        case (_, _, _, _): nil
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
