/// An absolute http or https address, taken apart by our own strict rules so that what is checked is what is connected to.
package struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
    package let scheme: Scheme
    /// In lower case and without brackets; an IP address in its canonical spelling.
    package let host: String
    /// 1 to 65535; the scheme's own where the address names none.
    package let port: Int
    /// Starts with a slash; percent escapes are left as they were written.
    package let path: String
    /// Without its question mark; nil where there is none.
    package let query: String?

    package enum Scheme: String, Sendable, Hashable {
        case http, https

        /// 80 or 443.
        package var defaultPort: Int {
            switch self {
            case .http: 80
            case .https: 443
            }
        }
    }

    /// Longest address that is read, in bytes.
    package static let maximumLength = 8192

    init(scheme: Scheme, host: String, port: Int, path: String, query: String?) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query = query
    }

    package var hasDefaultPort: Bool { port == scheme.defaultPort }

    /// The origin form of RFC 9112 §3.2.1: path and query, never empty, without the fragment.
    package var target: String { query.map { "\(path)?\($0)" } ?? path }

    /// What the Host field says (RFC 9110 §7.2): brackets around IPv6, the port where it is not the scheme's own.
    package var authority: String {
        var room = ByteRoom(host.utf8.count + 16)
        appendAuthority(to: &room)
        return String(repairing: room.written.span)
    }

    /// The host as an address; nil for a name.
    package var address: IPAddress? { IPAddress(parsing: host) }

    package var origin: Origin { Origin(scheme, lowercased: host, port) }

    package var description: String { "\(scheme.rawValue)://\(authority)\(target)" }

    /// Writes what the Host field says.
    func appendAuthority(to room: inout ByteRoom) {
        let name = host.utf8.span
        let isLiteral = ByteScan.firstIndex(of: UInt8(ascii: ":"), in: name) != nil
        if isLiteral { room.append(UInt8(ascii: "[")) }
        room.append(name)
        if isLiteral { room.append(UInt8(ascii: "]")) }
        guard !hasDefaultPort else { return }
        room.append(UInt8(ascii: ":"))
        room.append(decimal: port)
    }

    /// Scheme, host and port: what a key may be sent to, what a connection pool is keyed by.
    package struct Origin: Sendable, Hashable, CustomStringConvertible {
        package let scheme: Scheme
        /// In lower case and without brackets.
        package let host: String
        package let port: Int

        package init(scheme: Scheme, host: String, port: Int) {
            self.init(scheme, lowercased: host.lowercased(), port)
        }

        init(_ scheme: Scheme, lowercased host: String, _ port: Int) {
            self.scheme = scheme
            self.host = host
            self.port = port
        }

        /// `https://example.com` or `http://[::1]:8080`, without a path.
        package var description: String {
            let url = HTTPURL(scheme: scheme, host: host, port: port, path: "/", query: nil)
            return "\(scheme.rawValue)://\(url.authority)"
        }
    }
}

/// Why a text is no address of ours; the message quotes nothing of the text.
package struct HTTPURLError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable, CaseIterable {
        case tooLong, invalidCharacter, unsupportedScheme, userInformation, invalidHost, invalidPort
    }

    package let kind: Kind

    package init(_ kind: Kind) {
        self.kind = kind
    }

    package var message: String {
        switch kind {
        case .tooLong: "the URL is too long"
        case .invalidCharacter: "the URL has a character that is not allowed there"
        case .unsupportedScheme: "the URL does not start with http:// or https://"
        case .userInformation: "the URL holds a user name or password"
        case .invalidHost: "the URL has no valid host"
        case .invalidPort: "the URL has no valid port"
        }
    }

    package var description: String { message }
}
