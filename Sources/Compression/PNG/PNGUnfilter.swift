/// Undoes the filters of PNG §9, in place.
enum PNGUnfilter {
    /// - Parameters:
    ///   - row: where the filter type of this row is in `raw`; `count` bytes follow it.
    ///   - above: the same for the row above; nil: there is none, which counts as zeros.
    static func undo(_ raw: inout [UInt8], row: Int, above: Int?, count: Int, bytesPerPixel: Int) throws(PNGError) {
        guard raw[row] <= 4 else { throw PNGError(.corrupt, "the PNG has a filter that the format does not know") }
        let kind = raw[row]
        raw.withUnsafeMutableBufferPointer { raw in
            let bytes = UnsafeMutableBufferPointer(rebasing: raw[row + 1..<row + 1 + count])
            let upper = above.map { UnsafeMutableBufferPointer(rebasing: raw[$0 + 1..<$0 + 1 + count]) }
            for index in 0..<count where kind != 0 {
                let left = index < bytesPerPixel ? 0 : bytes[index - bytesPerPixel]
                let up = upper?[index] ?? 0
                let corner = index < bytesPerPixel ? 0 : upper?[index - bytesPerPixel] ?? 0
                bytes[index] &+= prediction(kind, left, up, corner)
            }
        }
    }

    @inline(__always)
    private static func prediction(_ kind: UInt8, _ left: UInt8, _ up: UInt8, _ corner: UInt8) -> UInt8 {
        switch kind {
        case 1: left
        case 2: up
        case 3: UInt8((Int(left) + Int(up)) / 2)
        default: paeth(left, up, corner)
        }
    }

    /// PNG §9.4.
    private static func paeth(_ left: UInt8, _ up: UInt8, _ corner: UInt8) -> UInt8 {
        let estimate = Int(left) + Int(up) - Int(corner)
        let (a, b, c) = (abs(estimate - Int(left)), abs(estimate - Int(up)), abs(estimate - Int(corner)))
        if a <= b && a <= c { return left }
        return b <= c ? up : corner
    }
}
