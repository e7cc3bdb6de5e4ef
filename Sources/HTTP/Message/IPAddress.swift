/// An IPv4 or IPv6 address, without port and without zone.
package enum IPAddress: Sendable, Hashable {
    case v4(UInt32)
    case v6(UInt128)

    /// - Parameter bytes: 4 or 16, in network order; nil for any other number.
    package init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16: self = .v6(bytes.reduce(0) { $0 << 8 | UInt128($1) })
        case _: return nil
        }
    }

    /// Four plain decimal parts, or RFC 4291 §2.2 without brackets and without a zone.
    package init?(parsing text: some StringProtocol) {
        let bytes = ArraySlice(text.utf8)
        guard let address = Self.v4(parsing: bytes) ?? Self.v6(parsing: bytes) else { return nil }
        self = address
    }

    /// 4 or 16, in network order.
    package var bytes: [UInt8] {
        switch self {
        case .v4(let value): (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        case .v6(let value): (0..<16).map { UInt8(truncatingIfNeeded: value >> (120 - 8 * $0)) }
        }
    }
}

extension IPAddress {
    static func v4(parsing bytes: ArraySlice<UInt8>) -> IPAddress? {
        guard bytes.count <= 15 else { return nil }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            // A leading zero means octal to some readers and decimal to others.
            guard part.count == 1 || part.first != UInt8(ascii: "0"), let number = URLText.decimal(part), number <= 255 else { return nil }
            value = value << 8 | UInt32(number)
        }
        return .v4(value)
    }

    static func v6(parsing bytes: ArraySlice<UInt8>) -> IPAddress? {
        guard (2...45).contains(bytes.count) else { return nil }
        guard let gap = doubleColon(in: bytes) else {
            guard let groups = groups(bytes), groups.count == 8 else { return nil }
            return v6(groups)
        }
        guard let head = groups(bytes[..<gap], endsWithIPv4: false), let tail = groups(bytes[(gap + 2)...]), head.count + tail.count < 8
        else { return nil }
        return v6(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    private static func v6(_ groups: [UInt16]) -> IPAddress {
        .v6(groups.reduce(0) { $0 << 16 | UInt128($1) })
    }

    private static func doubleColon(in bytes: ArraySlice<UInt8>) -> Int? {
        let colon = UInt8(ascii: ":")
        return bytes.indices.dropLast().first { bytes[$0] == colon && bytes[$0 + 1] == colon }
    }

    /// Groups of one to four hexadecimal digits between single colons; the last may be an IPv4 address.
    private static func groups(_ bytes: ArraySlice<UInt8>, endsWithIPv4: Bool = true) -> [UInt16]? {
        guard !bytes.isEmpty else { return [] }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if endsWithIPv4, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard case .v4(let value) = v4(parsing: part) else { return nil }
                groups += [UInt16(value >> 16), UInt16(value & 0xFFFF)]
            } else {
                guard (1...4).contains(part.count) else { return nil }
                var group: UInt16 = 0
                for byte in part {
                    guard let digit = URLText.hexadecimal(byte) else { return nil }
                    group = group << 4 | UInt16(digit)
                }
                groups.append(group)
            }
        }
        return groups
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text: dotted decimal, or RFC 5952 for IPv6.
    package var description: String {
        switch self {
        case .v4: bytes.map(String.init).joined(separator: ".")
        case .v6(let value): Self.text(of: value)
        }
    }

    private static func text(of value: UInt128) -> String {
        if value >> 32 == 0xFFFF { return "::ffff:\(IPAddress.v4(UInt32(truncatingIfNeeded: value)))" }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> (112 - 16 * $0)) }
        func hex(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard let gap = longestZeros(in: groups) else { return hex(groups[...]) }
        return "\(hex(groups[..<gap.lowerBound]))::\(hex(groups[gap.upperBound...]))"
    }

    /// The first longest run of two or more zero groups.
    private static func longestZeros(in groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        for index in 0...groups.count where index == groups.count || groups[index] != 0 {
            if index - start > max(best?.count ?? 0, 1) { best = start..<index }
            start = index + 1
        }
        return best
    }
}
