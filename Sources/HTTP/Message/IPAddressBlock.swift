/// A block of addresses in CIDR notation (RFC 4632, RFC 4291 §2.3).
package struct IPAddressBlock: Sendable, Hashable, CustomStringConvertible {
    package let base: IPAddress
    /// Leading bits that all addresses of the block share.
    package let prefixLength: Int

    /// nil where the prefix is longer than the address, or the base has bits behind it.
    package init?(base: IPAddress, prefixLength: Int) {
        guard (0...base.bits.width).contains(prefixLength), base.bits.behind(prefixLength) == 0 else { return nil }
        self.base = base
        self.prefixLength = prefixLength
    }

    /// `10.0.0.0/8` or `fd00::/8`; an address alone is a block of one.
    package init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let base = IPAddress(parsing: first), parts.count <= 2 else { return nil }
        guard parts.count == 2 else {
            self.init(base: base, prefixLength: base.bits.width)
            return
        }
        let digits = ArraySlice(parts[1].utf8)
        guard let length = URLText.decimal(digits), digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        self.init(base: base, prefixLength: length)
    }

    /// IPv4 blocks hold IPv4 addresses only, and IPv6 blocks IPv6 addresses.
    package func contains(_ address: IPAddress) -> Bool {
        let (mine, other) = (base.bits, address.bits)
        return mine.width == other.width && mine.leading(prefixLength) == other.leading(prefixLength)
    }

    package var description: String { "\(base)/\(prefixLength)" }
}

extension IPAddress {
    fileprivate struct Bits {
        var value: UInt128
        var width: Int

        // Swift's smart shifts give zero when the whole width is shifted out.
        func leading(_ count: Int) -> UInt128 { value >> UInt128(width - count) }
        func behind(_ count: Int) -> UInt128 { count == 0 ? value : value & ((1 << UInt128(width - count)) - 1) }
    }

    fileprivate var bits: Bits {
        switch self {
        case .v4(let value): Bits(value: UInt128(value), width: 32)
        case .v6(let value): Bits(value: value, width: 128)
        }
    }
}
