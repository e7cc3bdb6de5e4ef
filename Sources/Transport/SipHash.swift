/// SipHash-2-4 with tags of 128 bits (https://www.aumasson.jp/siphash/siphash.pdf): a message authentication code for short texts.
package struct SipHash: Sendable {
    /// Equal for equal texts under the same key.
    package struct Tag: Sendable, Equatable {
        package let first: UInt64
        package let second: UInt64

        /// In constant time.
        package static func == (left: Tag, right: Tag) -> Bool {
            (left.first ^ right.first) | (left.second ^ right.second) == 0
        }
    }

    private let key: (UInt64, UInt64)

    /// - Parameter key: 16 bytes.
    package init(key: [UInt8]) {
        precondition(key.count == 16, "a key has 16 bytes")
        self.key = (SipHash.word(key.span, from: 0, count: 8), SipHash.word(key.span, from: 8, count: 8))
    }

    package func tag(of text: Span<UInt8>) -> Tag {
        var state = State(key)
        let whole = text.count & ~7
        for start in stride(from: 0, to: whole, by: 8) { state.take(SipHash.word(text, from: start, count: 8)) }
        state.take(SipHash.word(text, from: whole, count: text.count - whole) | UInt64(truncatingIfNeeded: text.count) << 56)
        return state.end()
    }

    /// Little-endian.
    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, from start: Int, count: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<count { word |= UInt64(bytes[start &+ index]) &<< UInt64(8 &* index) }
        return word
    }
}

private struct State {
    private var words: (UInt64, UInt64, UInt64, UInt64)

    init(_ key: (UInt64, UInt64)) {
        words = (
            key.0 ^ 0x736F_6D65_7073_6575, key.1 ^ 0x646F_7261_6E64_6F6D ^ 0xEE, key.0 ^ 0x6C79_6765_6E65_7261,
            key.1 ^ 0x7465_6462_7974_6573
        )
    }

    mutating func take(_ word: UInt64) {
        words.3 ^= word
        mix(rounds: 2)
        words.0 ^= word
    }

    mutating func end() -> SipHash.Tag {
        words.2 ^= 0xEE
        mix(rounds: 4)
        let first = words.0 ^ words.1 ^ words.2 ^ words.3
        words.1 ^= 0xDD
        mix(rounds: 4)
        return SipHash.Tag(first: first, second: words.0 ^ words.1 ^ words.2 ^ words.3)
    }

    @inline(__always)
    private mutating func mix(rounds: Int) {
        for _ in 0..<rounds {
            words.0 &+= words.1
            words.2 &+= words.3
            words.1 = rotated(words.1, 13) ^ words.0
            words.3 = rotated(words.3, 16) ^ words.2
            words.0 = rotated(words.0, 32)
            words.2 &+= words.1
            words.0 &+= words.3
            words.1 = rotated(words.1, 17) ^ words.2
            words.3 = rotated(words.3, 21) ^ words.0
            words.2 = rotated(words.2, 32)
        }
    }

    @inline(__always)
    private func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 { word &<< count | word &>> (64 &- count) }
}
