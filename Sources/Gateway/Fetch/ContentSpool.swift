import HTTP
import Media
import Transport

/// Reads a content to its end: small ones into memory, larger ones into a file without a name.
struct ContentSpool: Sendable {
    let folder: String
    /// Bytes.
    let maximumBytes: Int
    /// Most bytes kept in memory.
    var threshold = 1 << 20

    /// The whole content and its first bytes.
    func collect(_ body: HTTPBody) async throws(FetchError) -> (content: ByteSource, head: [UInt8]) {
        if let length = body.length, length > maximumBytes { throw tooLarge }
        var intake = Intake(spool: self)
        switch body {
        case .none: break
        case .pieces(let pieces):
            for piece in pieces { try await intake.append(piece) }
        case .stream(let stream, let length):
            while let bytes = try await next(of: stream) { try await intake.append(bytes) }
            if let length, length != intake.count { throw FetchError(.unreachable, detail: "the content was cut short") }
        }
        return try await intake.finish()
    }

    private func next(of stream: any HTTPBodyStream) async throws(FetchError) -> ArraySlice<UInt8>? {
        do {
            return try await stream.next()
        } catch {
            throw Task.isCancelled
                ? FetchError(.cancelled, detail: "cancelled") : FetchError(.unreachable, detail: "the content broke off: \(error)")
        }
    }

    var tooLarge: FetchError { FetchError(.tooLarge, detail: "more than \(maximumBytes) bytes") }
}

/// Bytes on their way into memory or a file.
struct Intake {
    let spool: ContentSpool
    private(set) var count = 0
    private var head: [UInt8] = []
    /// Not yet in the file, or everything while there is none.
    private var pending: [UInt8] = []
    private var file: SpooledFile?
    /// Bytes gathered before the file is written to: each write leaves the event loop.
    private static let pieceSize = 256 << 10

    init(spool: ContentSpool) {
        self.spool = spool
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) async throws(FetchError) {
        count += bytes.count
        guard count <= spool.maximumBytes else { throw spool.tooLarge }
        if head.count < 16 { head += bytes.prefix(16 - head.count) }
        pending += bytes
        if count > spool.threshold, pending.count >= Self.pieceSize { try await flush() }
    }

    mutating func append(_ source: ByteSource) async throws(FetchError) {
        switch source {
        case .bytes(let bytes): try await append(bytes)
        case .file(let file, let range):
            for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.pieceSize) {
                let part = start..<min(start + Self.pieceSize, range.upperBound)
                try await append(try await blocking { () throws(SystemError) in try file.read(part) }[...])
            }
        }
    }

    mutating func finish() async throws(FetchError) -> (ByteSource, [UInt8]) {
        guard count > spool.threshold else { return (ByteSource(pending), head) }
        try await flush()
        guard let file else { return (ByteSource(pending), head) }
        return (.file(file, 0..<count), head)
    }

    private mutating func flush() async throws(FetchError) {
        let (bytes, folder, existing, offset) = (pending, spool.folder, file, count - pending.count)
        file = try await blocking { () throws(SystemError) in
            // `??` would forget the type of the error.
            let file = if let existing { existing } else { try SpooledFile.temporary(in: folder) }
            try file.write(bytes[...], at: offset)
            return file
        }
        pending = []
    }

    private func blocking<Value: Sendable>(
        _ work: @escaping @Sendable () throws(SystemError) -> Value
    ) async throws(FetchError) -> Value {
        try await BlockingPool.files.run { Result(catching: work) }
            .mapError { FetchError(.storage, detail: "spooling: \($0)") }
            .get()
    }
}
