/// The digits of a number below 100,000,000, in one word.
struct ShortDecimal {
    /// The first digit is lowest; nothing counts behind the last.
    let digits: UInt64
    let count: Int

    /// One more than the largest number.
    static var limit: UInt { 100_000_000 }
    static var maximumCount: Int { 8 }

    /// - Parameters:
    ///   - number: below `limit`.
    ///   - isTail: more digits are before these, which are eight then, zeros included.
    @inline(__always)
    init(_ number: UInt, isTail: Bool = false) {
        // All at once: two numbers of four digits, four of two, eight of one. The factors divide exactly as far as that.
        let fours = UInt64(number / 10_000 | (number % 10_000) &<< 32)
        let hundreds = (fours &* 10_486) &>> 20 & 0x7F_0000_007F
        let twos = hundreds | (fours &- hundreds &* 100) &<< 16
        let tens = (twos &* 103) &>> 10 & 0x000F_000F_000F_000F
        let ones = tens | (twos &- tens &* 10) &<< 8
        let zeros = isTail ? 0 : (ones | 1 &<< 56).trailingZeroBitCount / 8
        digits = (ones | 0x3030_3030_3030_3030) &>> UInt64(8 &* zeros)
        count = Self.maximumCount &- zeros
    }
}
