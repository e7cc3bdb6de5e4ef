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

    /// The next piece first; those before `head` have gone.
    private var pieces: [Piece] = []
    private var head = 0
    /// Bytes in all pieces.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var first: Piece? { head < pieces.count ? pieces[head] : nil }

    /// - Parameter piece: not empty.
    mutating func append(_ piece: Piece) {
        pieces.append(piece)
        count += piece.count
    }

    /// Takes bytes of the first piece away.
    mutating func dropFirst(_ taken: Int) {
        guard head < pieces.count else { return }
        count -= taken
        let rest = pieces[head].dropping(taken)
        if rest.count > 0 { return pieces[head] = rest }
        pieces[head] = .bytes([])
        head += 1
        if head == pieces.count { removeGone() }
    }

    private mutating func removeGone() {
        pieces.removeAll()
        head = 0
    }
}
