import CZlib

/// The one owner of a reading `z_stream`.
///
/// `@unchecked Sendable` is safe: the pointer is private, made here and never handed out, and the non-copyable owner `Inflater` has
/// exclusive access during every call.
final class InflateStream: @unchecked Sendable {
    // On the heap: zlib remembers the address of its stream and refuses another one.
    private let stream: UnsafeMutablePointer<z_stream>

    enum Status { case needsInput, outputFull, ended, corrupt }
    struct Step {
        var consumed: Int
        var produced: Int
        var status: Status
    }

    init(windowBits: Int32) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let result = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib has no memory")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Starts over, in another wrapping when asked.
    func reset(windowBits: Int32) {
        let result = inflateReset2(stream, windowBits)
        precondition(result == Z_OK, "a zlib stream could not be reset")
    }

    /// Appends at most 64 KiB to `output`.
    func inflate(_ input: ArraySlice<UInt8>, into output: inout [UInt8]) -> Step {
        input.withUnsafeBufferPointer { input in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { room in
                let offered = min(input.count, Int(UInt32.max))
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(offered)
                stream.pointee.next_out = room.baseAddress
                stream.pointee.avail_out = UInt32(room.count)
                let result = CZlib.inflate(stream, Z_NO_FLUSH)
                let step = Step(
                    consumed: offered - Int(stream.pointee.avail_in), produced: room.count - Int(stream.pointee.avail_out),
                    status: status(of: result))
                output.append(contentsOf: room[..<step.produced])
                stream.pointee.next_in = nil
                stream.pointee.next_out = nil
                return step
            }
        }
    }

    private func status(of result: Int32) -> Status {
        switch result {
        case Z_STREAM_END: .ended
        case Z_OK: stream.pointee.avail_out == 0 || stream.pointee.avail_in > 0 ? .outputFull : .needsInput
        case Z_BUF_ERROR: .needsInput
        default: .corrupt
        }
    }
}
