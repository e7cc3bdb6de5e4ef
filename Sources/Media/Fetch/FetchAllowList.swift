package import HTTP

/// What the operator exempts from the rules about addresses and ports; nothing by default.
package struct FetchAllowList: Sendable, Hashable {
    package var entries: [Entry]

    package init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    package enum Entry: Sendable, Hashable {
        /// A name or an address in canonical spelling, and the port it is exempt on.
        case host(String, port: Int)
        /// Addresses, on every port.
        case block(IPAddressBlock)

        /// `host:port`, `[::1]:9000`, a block such as `10.0.0.0/8`, or an address alone; nil for anything else.
        package init?(parsing text: String) {
            if let block = IPAddressBlock(parsing: text) {
                self = .block(block)
                return
            }
            // An address bar's rules about host and port are the ones wanted here.
            guard let colon = text.lastIndex(of: ":"), !text.contains(where: { "/?#".contains($0) }),
                let url = try? HTTPURL(parsing: "http://\(text)"), text[colon...].dropFirst() == "\(url.port)"
            else { return nil }
            self = .host(url.host, port: url.port)
        }
    }

    /// Whether host and port are named, so that no address is looked at.
    package func names(_ url: HTTPURL) -> Bool {
        entries.contains(.host(url.host, port: url.port))
    }

    /// Whether an address is exempt on a port: by a block, or named there as an address.
    package func contains(_ address: IPAddress, port: Int) -> Bool {
        let spellings = [address, AddressRules.embeddedIPv4(in: address)].compactMap { $0 }
        return entries.contains { entry in
            switch entry {
            case .host(let host, let exempt): exempt == port && spellings.contains { $0.description == host }
            case .block(let block): spellings.contains(where: block.contains)
            }
        }
    }

    /// Whether some address may be exempt on a port, so that a name must be resolved before it is refused.
    func mayContain(port: Int) -> Bool {
        entries.contains { entry in
            switch entry {
            case .host(let host, let exempt): exempt == port && IPAddress(parsing: host) != nil
            case .block: true
            }
        }
    }
}
