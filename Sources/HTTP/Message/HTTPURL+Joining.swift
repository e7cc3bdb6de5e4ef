extension HTTPURL {
    /// This address with a path below its own: `/v1` and `/images` give `/v1/images`. What a path may not hold is escaped.
    package func appending(path more: String) -> HTTPURL {
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        let tail = URLText.escaped(Array(more.utf8), also: "?#")
        return with(path: tail.isEmpty ? path : base + (tail.hasPrefix("/") ? tail : "/" + tail))
    }

    /// This address with one more path segment in which everything but RFC 3986's unreserved characters is escaped.
    package func appending(segment: String) -> HTTPURL {
        appending(path: URLText.component(segment))
    }

    /// This address with a query that is already encoded, such as `a=1&b=2`, after the one it has.
    package func appending(query more: String) -> HTTPURL {
        let tail = URLText.escaped(Array(more.utf8), also: "#")
        guard !tail.isEmpty else { return self }
        let joined = query.map { $0.isEmpty ? tail : "\($0)&\(tail)" } ?? tail
        return HTTPURL(scheme: scheme, host: host, port: port, path: path, query: joined)
    }

    /// This address with names and values, escaped here, after the query it has.
    package func appending(queryItems items: [(name: String, value: String)]) -> HTTPURL {
        appending(query: items.map { "\(URLText.component($0.name))=\(URLText.component($0.value))" }.joined(separator: "&"))
    }

    /// Where a Location field leads (RFC 3986 §5.2): absolute, without scheme, without host, or relative.
    package func resolving(_ location: String) throws(HTTPURLError) -> HTTPURL {
        let reference = location.utf8.prefix { $0 != UInt8(ascii: "#") }
        let text = String(decoding: reference, as: UTF8.self)
        if text.hasPrefix("//") {
            return try HTTPURL(parsing: "\(scheme.rawValue):\(text)").withoutDotSegments
        }
        if namesScheme(text) { return try HTTPURL(parsing: text).withoutDotSegments }
        return try HTTPURL(parsing: origin.description + joined(text)).withoutDotSegments
    }

    private func joined(_ reference: String) -> String {
        switch reference.utf8.first {
        case nil: target
        case UInt8(ascii: "/"): reference
        case UInt8(ascii: "?"): path + reference
        case _: path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex) + reference
        }
    }

    private func namesScheme(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return !text.utf8[..<colon].contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
    }

    /// RFC 3986 §5.2.4.
    private var withoutDotSegments: HTTPURL {
        guard path.contains("/.") else { return self }
        var kept: [Substring] = []
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for segment in segments {
            switch segment {
            case ".": continue
            case "..": _ = kept.popLast()
            case _: kept.append(segment)
            }
        }
        if let last = segments.last, last == "." || last == ".." { kept.append("") }
        return with(path: "/" + kept.joined(separator: "/"))
    }

    private func with(path: String) -> HTTPURL {
        HTTPURL(scheme: scheme, host: host, port: port, path: path, query: query)
    }
}
