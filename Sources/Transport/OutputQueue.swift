/// What a socket has not taken yet, in order. Bytes are kept as they came, without a copy.
struct OutputQueue {
    enum Piece {
        case bytes(ArraySlice<UInt8>)
        case file(SpooledFile, Range<Int>)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .file(_, let range): range.count
            }
        }

        fileprivate func dropping(_ count: Int) -> Piece {
            switch self {
            case .bytes(let bytes): .bytes(bytes.dropFirst(count))
            case .file(let file, let range): .file(file, range.lowerBound + count..<range.upperBound)
            }
        }
    }

    /// The next piece; most queues never hold another.
    private(set) var first: Piece?
    /// Those behind it, the next one last.
    private var others: [Piece] = []
    /// Bytes in all pieces.
    private(set) var count = 0

    var isEmpty: Bool { first == nil }

    /// - Parameter piece: not empty.
    mutating func append(_ piece: Piece) {
        count += piece.count
        if first == nil { first = piece } else { others.insert(piece, at: 0) }
    }

    /// Takes bytes of the first piece away.
    mutating func dropFirst(_ taken: Int) {
        guard let first else { return }
        count -= taken
        self.first = taken < first.count ? first.dropping(taken) : others.popLast()
    }
}
