package import HTTP

/// The addresses under which stored results are handed out, and the way back: as inputs they are read from the store.
package struct OwnFileURLs: Sendable {
    private let base: HTTPURL

    /// - Parameter publicURL: the base of the URLs handed to clients.
    package init(publicURL: HTTPURL) {
        base = publicURL.appending(path: "/files")
    }

    package func url(for name: String) -> HTTPURL { base.appending(segment: name) }

    /// The name in a URL that is one of ours; whether there is such a file, and whose it is, the store knows.
    package func name(in text: String) -> String? {
        guard let url = try? HTTPURL(parsing: text), url.origin == base.origin else { return nil }
        let start = base.path + "/"
        guard url.path.hasPrefix(start) else { return nil }
        let name = url.path.dropFirst(start.count)
        return name.isEmpty || name.contains("/") ? nil : String(name)
    }
}
