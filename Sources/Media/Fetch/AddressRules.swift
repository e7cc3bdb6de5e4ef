package import HTTP

/// Tells addresses of the public internet from all others.
package enum AddressRules {
    /// Whether an address may be connected to for somebody else. What is not known to be public is not.
    package static func isPublic(_ address: IPAddress) -> Bool {
        switch address {
        case .v4: !blockedIPv4.contains { $0.contains(address) }
        case .v6: isPublicIPv6(address)
        }
    }

    private static func isPublicIPv6(_ address: IPAddress) -> Bool {
        if let inner = embeddedIPv4(in: address) { return isPublic(inner) }
        return globalIPv6.contains { $0.contains(address) } && !blockedIPv6.contains { $0.contains(address) }
    }

    /// The IPv4 address that a mapped (RFC 4291 §2.5.5.2) or well-known NAT64 (RFC 6052 §2.1) address leads to.
    static func embeddedIPv4(in address: IPAddress) -> IPAddress? {
        guard case .v6(let value) = address, translated.contains(where: { $0.contains(address) }) else { return nil }
        return .v4(UInt32(truncatingIfNeeded: value))
    }

    private static let translated = blocks("::ffff:0:0/96", "64:ff9b::/96")

    /// IANA's special-purpose registry, multicast and the old reserved range.
    private static let blockedIPv4 = blocks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")

    /// The only range of global unicast that is handed out (RFC 4291 §2.4).
    private static let globalIPv6 = blocks("2000::/3")

    /// Protocol assignments with Teredo, documentation, and 6to4: tunnels may end inside.
    private static let blockedIPv6 = blocks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

    private static func blocks(_ texts: String...) -> [IPAddressBlock] {
        texts.map { text in
            guard let block = IPAddressBlock(parsing: text) else { preconditionFailure("\(text) is no block of addresses") }
            return block
        }
    }
}
