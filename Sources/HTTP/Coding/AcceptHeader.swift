/// What a client would like to have (RFC 9110 §12.5.1): media ranges with their weights.
package struct AcceptHeader: Sendable, Hashable {
    private struct Entry: Sendable, Hashable {
        var type: String
        var subtype: String
        var quality: Double
    }

    private var entries: [Entry]

    /// Of a field value, lines joined by commas; nil is a client that takes anything. Elements that are no media range are skipped.
    package init(_ value: String?) {
        entries = (value ?? "*/*").split(separator: ",").compactMap { element in
            guard let parsed = MediaTypeHeader(parsing: String(element)) else { return nil }
            return Entry(type: parsed.type, subtype: parsed.subtype, quality: Self.quality(parsed["q"]))
        }
    }

    /// The weight of a type such as `image/png`, by the most specific range that covers it; 0: not acceptable.
    package func quality(of mediaType: String) -> Double {
        guard let wanted = MediaTypeHeader(parsing: mediaType) else { return 0 }
        let exact = entries.last { $0.type == wanted.type && $0.subtype == wanted.subtype }
        let family = entries.last { $0.type == wanted.type && $0.subtype == "*" }
        return (exact ?? family ?? entries.last { $0.type == "*" })?.quality ?? 0
    }

    /// Whether a top-level type (`image`) is named, and wanted more than JSON; where both weigh the same, JSON wins only if it is named too.
    package func prefers(_ topLevelType: String) -> Bool {
        let named = entries.filter { $0.type == topLevelType && $0.quality > 0 }
        guard let best = named.map(\.quality).max() else { return false }
        let isJSONNamed = entries.contains { $0.type == "application" && ($0.subtype == "json" || $0.subtype == "*") }
        let json = quality(of: "application/json")
        return isJSONNamed ? best > json : best >= json
    }

    package var prefersImage: Bool { prefers("image") }

    /// The same of a field value, without reading the ones that most clients send.
    package static func prefersImage(_ value: String?) -> Bool {
        switch value {
        case nil, "*/*", "application/json": false
        case let value?: AcceptHeader(value).prefersImage
        }
    }

    package var prefersVideo: Bool { prefers("video") }

    /// Whether an `Accept-Encoding` value takes gzip (RFC 9110 §12.5.3); nil says nothing about codings, and gets none.
    package static func allowsGzip(acceptEncoding: String?) -> Bool {
        var quality: Double?
        var anyQuality: Double?
        for element in (acceptEncoding ?? "").split(separator: ",") {
            let parts = element.split(separator: ";", maxSplits: 1).map { HTTPParameters.trimmed($0).lowercased() }
            let weight = parts.count > 1 && parts[1].hasPrefix("q=") ? Self.quality(String(parts[1].dropFirst(2))) : 1
            switch parts.first {
            case "gzip", "x-gzip": quality = weight
            case "*": anyQuality = weight
            case _: break
            }
        }
        return (quality ?? anyQuality ?? 0) > 0
    }

    /// RFC 9110 §12.4.2; what is no weight counts as 0, so that a mistake is never a wish.
    private static func quality(_ text: String?) -> Double {
        guard let text else { return 1 }
        guard text.utf8.count <= 5, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") }),
            let value = Double(text), value <= 1
        else { return 0 }
        return value
    }
}
