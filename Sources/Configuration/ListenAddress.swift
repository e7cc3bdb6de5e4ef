package import HTTP

/// Where the gateway accepts connections.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// Port 0: any free one.
    case internet(IPAddress, port: Int)
    /// A socket in the file system.
    case unix(path: String)

    /// `127.0.0.1:8080`, `[::]:8080`, `localhost:8080`, or `unix:/run/zoetrope.sock`.
    package init?(parsing text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            // sun_path holds 108 bytes with its NUL.
            guard (1...107).contains(path.utf8.count), !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...]) else { return nil }
        guard let address = Self.address(text[..<colon]) else { return nil }
        self = .internet(address, port: port)
    }

    /// Nobody on another machine reaches it.
    package var isLocal: Bool {
        switch self {
        case .internet(.v4(let address), _): address >> 24 == 127
        case .internet(.v6(let address), _): address == 1
        case .unix: true
        }
    }

    package var description: String {
        switch self {
        case .internet(.v4(let address), let port): "\(IPAddress.v4(address)):\(port)"
        case .internet(.v6(let address), let port): "[\(IPAddress.v6(address))]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    private static func address(_ text: Substring) -> IPAddress? {
        if text == "localhost" { return .v4(0x7F00_0001) }
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        guard let address = IPAddress(parsing: isBracketed ? text.dropFirst().dropLast() : text) else { return nil }
        switch address {
        case .v4: return isBracketed ? nil : address
        case .v6: return isBracketed ? address : nil
        }
    }

    private static func port(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(text)
        else { return nil }
        return port <= 65535 ? port : nil
    }
}
