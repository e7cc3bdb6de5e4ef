/// Undoes deflate piece by piece, within limits that a small hostile input cannot exceed.
package struct Inflater: ~Copyable, Sendable {
    private let stream: InflateStream
    private let format: CompressionFormat
    private var limits: InflateLimits
    private var state = State.undecided
    /// The first byte of a `.deflate` input, while the second one is missing.
    private var held: [UInt8] = []

    private enum State { case undecided, inside, ended, failed }

    /// - Parameters:
    ///   - maximumOutput: bytes that all of the output may have.
    ///   - maximumRatio: output bytes per input byte, watched once the output is larger than 1 MiB.
    package init(format: CompressionFormat, maximumOutput: Int, maximumRatio: Int = 200) {
        self.format = format
        stream = InflateStream(windowBits: format.windowBits)
        limits = InflateLimits(maximumOutput: maximumOutput, maximumRatio: maximumRatio)
    }

    /// The bytes that `input` completes.
    /// - Throws: `.bomb`, or `.corrupt`; every later call throws `.corrupt`.
    package mutating func append(_ input: ArraySlice<UInt8>) throws(CompressionError) -> [UInt8] {
        guard state != .failed else { throw .corrupt }
        if state == .undecided, format == .deflate {
            guard held.count + input.count >= 2 else {
                held += input
                return []
            }
            let input = held.isEmpty ? input : ArraySlice(held + input)
            held = []
            if !Self.beginsZlib(input) { stream.reset(windowBits: CompressionFormat.raw.windowBits) }
            return try inflate(input)
        }
        return try inflate(input)
    }

    /// Says that the input is complete.
    /// - Throws: `.truncated` when the format has not ended; an empty input has not.
    package mutating func finish() throws(CompressionError) {
        guard state != .failed else { throw .corrupt }
        guard state == .ended else { throw .truncated }
    }

    /// RFC 1950 §2.2: method 8, window at most 32 KiB, check bits.
    private static func beginsZlib(_ input: ArraySlice<UInt8>) -> Bool {
        let first = input[input.startIndex], second = input[input.startIndex + 1]
        return first & 0x0F == 8 && first >> 4 <= 7 && (Int(first) << 8 | Int(second)) % 31 == 0
    }

    private mutating func inflate(_ input: ArraySlice<UInt8>) throws(CompressionError) -> [UInt8] {
        guard !input.isEmpty else { return [] }
        var output: [UInt8] = []
        do throws(CompressionError) {
            try run(input, into: &output)
        } catch {
            state = .failed
            throw error
        }
        return output
    }

    private mutating func run(_ input: ArraySlice<UInt8>, into output: inout [UInt8]) throws(CompressionError) {
        var rest = input
        while true {
            if state == .ended {
                guard !rest.isEmpty else { return }
                // RFC 1952 §2.2: members simply follow one another. Anything else is not a member and fails as such.
                guard format == .gzip else { throw .corrupt }
                stream.reset(windowBits: format.windowBits)
            }
            state = .inside
            let step = stream.inflate(rest, into: &output)
            rest = rest.dropFirst(step.consumed)
            guard limits.allow(consumed: step.consumed, produced: step.produced) else { throw .bomb }
            switch step.status {
            case .ended: state = .ended
            case .corrupt: throw .corrupt
            case .outputFull: continue
            case .needsInput: return
            }
        }
    }
}

/// How much may come out of what went in.
struct InflateLimits: Sendable {
    private let maximumOutput: Int
    private let maximumRatio: Int
    private var consumed = 0
    private var produced = 0

    init(maximumOutput: Int, maximumRatio: Int) {
        self.maximumOutput = maximumOutput
        self.maximumRatio = maximumRatio
    }

    /// Counts one step; false when a limit is passed.
    mutating func allow(consumed more: Int, produced new: Int) -> Bool {
        consumed += more
        produced += new
        if produced > maximumOutput { return false }
        return produced <= 1 << 20 || produced / max(consumed, 1) < maximumRatio
    }
}
