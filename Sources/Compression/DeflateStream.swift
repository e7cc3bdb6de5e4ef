import CZlib

/// The one owner of a writing `z_stream`.
///
/// `@unchecked Sendable` is safe: the pointer is private, made here and never handed out, and the non-copyable owner `Deflater` has
/// exclusive access during every call.
final class DeflateStream: @unchecked Sendable {
    // On the heap: zlib remembers the address of its stream and refuses another one.
    private let stream: UnsafeMutablePointer<z_stream>

    enum End { case more, flush, finish }

    init(windowBits: Int32, level: Int32) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let result = deflateInit2_(
            stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib has no memory")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Takes all of `input`; appends what zlib hands out.
    func deflate(_ input: ArraySlice<UInt8>, end: End, into output: inout [UInt8]) {
        input.withUnsafeBufferPointer { input in
            var offset = 0
            // zlib counts in 32 bits: 1 GiB at a time.
            repeat {
                let piece = UnsafeBufferPointer(rebasing: input[offset..<min(input.count, offset + 1 << 30)])
                offset += piece.count
                run(piece, flush: offset == input.count ? Self.flush(end) : Z_NO_FLUSH, into: &output)
            } while offset < input.count
        }
    }

    private static func flush(_ end: End) -> Int32 {
        switch end {
        case .more: Z_NO_FLUSH
        case .flush: Z_SYNC_FLUSH
        case .finish: Z_FINISH
        }
    }

    private func run(_ input: UnsafeBufferPointer<UInt8>, flush: Int32, into output: inout [UInt8]) {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { room in
            // zlib has more to say exactly when it filled the room.
            repeat {
                stream.pointee.next_out = room.baseAddress
                stream.pointee.avail_out = UInt32(room.count)
                let result = CZlib.deflate(stream, flush)
                precondition(result != Z_STREAM_ERROR, "a zlib stream was used after its end")
                output.append(contentsOf: room[..<(room.count - Int(stream.pointee.avail_out))])
            } while stream.pointee.avail_out == 0
        }
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
    }
}
