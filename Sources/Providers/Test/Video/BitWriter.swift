/// Bits, highest first, with the codes of H.264's syntax.
struct BitWriter {
    /// Whole bytes written so far.
    private(set) var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    /// Bits of `pending` that count; fewer than eight between two calls.
    private var pendingCount = 0

    /// - Parameter bits: how many of the lowest bits of `value`, at most 32.
    mutating func write(_ value: Int, bits: Int) {
        pending = pending << UInt64(bits) | UInt64(truncatingIfNeeded: value) & (1 << UInt64(bits) - 1)
        pendingCount += bits
        while pendingCount >= 8 {
            pendingCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> UInt64(pendingCount)))
        }
    }

    mutating func write(_ flag: Bool) {
        write(flag ? 1 : 0, bits: 1)
    }

    /// An Exp-Golomb code (ITU-T H.264 §9.1).
    mutating func writeUnsigned(_ value: Int) {
        let code = value + 1
        let width = Int.bitWidth - code.leadingZeroBitCount
        write(0, bits: width - 1)
        write(code, bits: width)
    }

    /// A signed Exp-Golomb code (ITU-T H.264 §9.1.1).
    mutating func writeSigned(_ value: Int) {
        writeUnsigned(value > 0 ? 2 * value - 1 : -2 * value)
    }

    /// Zero bits up to the next whole byte.
    mutating func align() {
        if pendingCount > 0 { write(0, bits: 8 - pendingCount) }
    }

    /// Bytes as they are. Only at a whole byte.
    mutating func append(_ more: [UInt8]) {
        precondition(pendingCount == 0, "bytes belong at a whole byte")
        bytes += more
    }

    /// The one bit that ends a payload, and zero bits (ITU-T H.264 §7.3.2.11).
    mutating func finish() {
        write(true)
        align()
    }
}
