import HTTP
import Transport

/// A space at once and another with every beat, then the bytes of the answer.
actor LateAnswerBody: HTTPBodyStream {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let pending: PendingAnswer
    private let work: Task<Void, Never>
    private let nextBeat: @Sendable () -> Instant
    private var stage = Stage.opening

    private enum Stage {
        case opening, waiting
        case pieces(ArraySlice<ByteSource>)
        case stream(any HTTPBodyStream)
    }

    /// Bytes of a file that are read at once.
    private static let piece = 256 << 10

    init(_ pending: PendingAnswer, _ work: Task<Void, Never>, nextBeat: @escaping @Sendable () -> Instant) {
        loop = pending.loop
        self.pending = pending
        self.work = work
        self.nextBeat = nextBeat
    }

    deinit {
        // Dropped: the client has everything, or is gone.
        work.cancel()
    }

    /// - Throws: `CancellationError`, and what a file or a stream of the answer throws.
    func next() async throws -> ArraySlice<UInt8>? {
        while true {
            switch stage {
            case .opening:
                stage = .waiting
                return LateAnswerBody.space
            case .waiting:
                guard let answer = await pending.answer(until: nextBeat(), cancelling: work) else { return LateAnswerBody.space }
                try Task.checkCancellation()
                begin(answer.body)
            case .pieces(var rest):
                guard let piece = rest.popFirst() else { return nil }
                if let bytes = try await read(piece, rest) { return bytes }
            case .stream(let stream): return try await stream.next()
            }
        }
    }

    private static let space: ArraySlice<UInt8> = [UInt8(ascii: " ")]

    private func begin(_ body: HTTPBody) {
        switch body {
        case .none: stage = .pieces([])
        case .pieces(let pieces): stage = .pieces(pieces[...])
        case .stream(let stream, _): stage = .stream(stream)
        }
    }

    /// The first bytes of a piece; nil when it has none.
    private func read(_ source: ByteSource, _ rest: ArraySlice<ByteSource>) async throws -> ArraySlice<UInt8>? {
        stage = .pieces(rest)
        switch source {
        case .bytes(let bytes): return bytes.isEmpty ? nil : bytes
        case .file(_, let range) where range.isEmpty: return nil
        case .file(let file, let range):
            let end = min(range.lowerBound + LateAnswerBody.piece, range.upperBound)
            stage = .pieces([.file(file, end..<range.upperBound)] + rest)
            let bytes = await BlockingPool.files.run { Result { () throws(SystemError) in try file.read(range.lowerBound..<end) } }
            return try bytes.get()[...]
        }
    }
}
