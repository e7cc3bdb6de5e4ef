extension HTTPFields {
    /// The members of a comma-separated list over all lines of a name, trimmed, empty ones left out (RFC 9110 §5.6.1).
    ///
    /// A comma inside a quoted string does not separate.
    package func list(of name: HTTPFieldName) -> [String] {
        var members: [String] = []
        for index in 0..<count where matches(name, at: index) {
            var rest = value(at: index)
            while let member = nextMember(in: &rest) { members.append(text(member)) }
        }
        return members
    }

    /// Whether a comma-separated list has this member, in any case.
    package func hasToken(_ token: String, in name: HTTPFieldName) -> Bool {
        guard let first = firstIndex(of: name) else { return false }
        for index in first..<count where matches(name, at: index) {
            var rest = value(at: index)
            while let member = nextMember(in: &rest) {
                if HTTP1Bytes.isEqual(room.bytes.span, member, ignoringCase: token) { return true }
            }
        }
        return false
    }

    /// Takes the first member that is not empty off a list.
    private func nextMember(in rest: inout Range<Int>) -> Range<Int>? {
        while !rest.isEmpty {
            let end = endOfMember(in: rest)
            let member = HTTP1Bytes.trimming(rest.lowerBound..<end, of: room.bytes.span)
            rest = min(end + 1, rest.upperBound)..<rest.upperBound
            if !member.isEmpty { return member }
        }
        return nil
    }

    /// The next comma outside quotes, or the end.
    private func endOfMember(in rest: Range<Int>) -> Int {
        var index = rest.lowerBound
        var isQuoted = false
        while index < rest.upperBound {
            switch room.bytes[index] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "\\") where isQuoted: index += 1
            case UInt8(ascii: ",") where !isQuoted: return index
            default: break
            }
            index += 1
        }
        return rest.upperBound
    }
}

extension HTTPFields {
    /// Whether the connection outlives this message, as far as its head says (RFC 9112 §9.3).
    func keepsAlive(_ version: HTTPVersion) -> Bool {
        switch version {
        case .http1_1: !hasToken("close", in: .connection)
        case .http1_0: hasToken("keep-alive", in: .connection)
        }
    }
}
