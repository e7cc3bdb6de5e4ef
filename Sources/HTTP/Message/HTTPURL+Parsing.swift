extension HTTPURL {
    /// Reads an absolute address. Stricter than RFC 3986: no user information, no backslash, no bare IPv4 shorthand, no zone.
    package init(parsing text: String) throws(HTTPURLError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumLength else { throw HTTPURLError(.tooLong) }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw HTTPURLError(.invalidCharacter)
        }
        let (scheme, afterScheme) = try Self.scheme(of: bytes)
        let authorityEnd = bytes[afterScheme...].firstIndex(where: Self.endsAuthority) ?? bytes.count
        let (host, port) = try Self.authority(bytes[afterScheme..<authorityEnd])
        let targetEnd = bytes[authorityEnd...].firstIndex(of: UInt8(ascii: "#")) ?? bytes.count
        let rest = bytes[authorityEnd..<targetEnd]
        let pathEnd = rest.firstIndex(of: UInt8(ascii: "?")) ?? targetEnd
        let path = URLText.escaped(rest[..<pathEnd])
        self.init(
            scheme: scheme, host: host, port: port ?? scheme.defaultPort, path: path.isEmpty ? "/" : path,
            query: pathEnd == targetEnd ? nil : URLText.escaped(rest[(pathEnd + 1)...]))
    }

    private static func scheme(of bytes: [UInt8]) throws(HTTPURLError) -> (Scheme, end: Int) {
        for (scheme, prefix) in [(Scheme.http, "http://"), (.https, "https://")] {
            let head = bytes.prefix(prefix.utf8.count).map(URLText.lowercased)
            if head.elementsEqual(prefix.utf8) { return (scheme, head.count) }
        }
        throw HTTPURLError(.unsupportedScheme)
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static func authority(_ bytes: ArraySlice<UInt8>) throws(HTTPURLError) -> (host: String, port: Int?) {
        guard !bytes.contains(UInt8(ascii: "@")) else { throw HTTPURLError(.userInformation) }
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")),
                let address = IPAddress.v6(parsing: bytes[(bytes.startIndex + 1)..<end])
            else { throw HTTPURLError(.invalidHost) }
            return (address.description, try port(bytes[(end + 1)...]))
        }
        let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        guard let host = HostName.normalized(bytes[..<end]) else { throw HTTPURLError(.invalidHost) }
        return (host, try port(bytes[end...]))
    }

    /// - Parameter bytes: nothing, or a colon and one to five digits.
    private static func port(_ bytes: ArraySlice<UInt8>) throws(HTTPURLError) -> Int? {
        guard let colon = bytes.first else { return nil }
        let digits = bytes.dropFirst()
        guard colon == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"),
            let port = URLText.decimal(digits), port <= 65535
        else { throw HTTPURLError(.invalidPort) }
        return port
    }
}

/// The name of a host: letters, digits, hyphens and underscores between dots (RFC 1123 §2.1, and what containers are called).
package enum HostName {
    /// In lower case, or an IPv4 address in four plain decimal parts; nil for everything else, the shorthand of `inet_aton` included.
    package static func normalized(_ text: some StringProtocol) -> String? { normalized(ArraySlice(text.utf8)) }

    static func normalized(_ bytes: ArraySlice<UInt8>) -> String? {
        guard (1...253).contains(bytes.count) else { return nil }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy(isLabel) else { return nil }
        // What ends in a number is an address to many resolvers, whatever stands before it.
        guard let last = labels.last, !isNumber(last) else { return IPAddress.v4(parsing: bytes)?.description }
        return String(decoding: bytes.map(URLText.lowercased), as: UTF8.self)
    }

    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard (1...63).contains(label.count), label.first != hyphen, label.last != hyphen else { return false }
        return label.allSatisfy { URLText.isAlphanumeric($0) || $0 == hyphen || $0 == UInt8(ascii: "_") }
    }

    private static func isNumber(_ label: ArraySlice<UInt8>) -> Bool {
        if label.allSatisfy(URLText.isDigit) { return true }
        let head = label.prefix(2).map(URLText.lowercased)
        return head.elementsEqual("0x".utf8) && label.dropFirst(2).allSatisfy { URLText.hexadecimal($0) != nil }
    }
}
