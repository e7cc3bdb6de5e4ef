/// Turns rows of RGBA into filtered PNG rows (PNG §9), choosing per row between None, Sub and Up by the smallest sum of differences.
/// Average and Paeth would save a little space for several times the work.
struct PNGRowFilter {
    private let bytesPerPixel: Int
    private var current: [UInt8]
    private var previous: [UInt8]
    private var best: [UInt8]
    private var candidate: [UInt8]

    init(bytesPerPixel: Int, rowBytes: Int) {
        self.bytesPerPixel = bytesPerPixel
        current = [UInt8](repeating: 0, count: rowBytes)
        previous = current
        best = [UInt8](repeating: 0, count: rowBytes + 1)
        candidate = best
    }

    /// The next row, its filter type first.
    /// - Parameter row: RGBA.
    mutating func filter(_ row: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        swap(&current, &previous)
        pack(row)
        var lowest = difference(.none)
        swap(&best, &candidate)
        for kind in [Kind.sub, .up] where lowest > 0 {
            let sum = difference(kind)
            guard sum < lowest else { continue }
            lowest = sum
            swap(&best, &candidate)
        }
        return best[...]
    }

    private enum Kind: UInt8 { case none, sub, up }

    private mutating func pack(_ row: ArraySlice<UInt8>) {
        let bytesPerPixel = bytesPerPixel
        current.withUnsafeMutableBufferPointer { current in
            row.withUnsafeBufferPointer { row in
                var target = 0
                for source in stride(from: 0, to: row.count, by: 4) {
                    current[target] = row[source]
                    current[target + 1] = row[source + 1]
                    current[target + 2] = row[source + 2]
                    if bytesPerPixel == 4 { current[target + 3] = row[source + 3] }
                    target += bytesPerPixel
                }
            }
        }
    }

    /// Fills `candidate`; the sum of its bytes read as signed magnitudes.
    private mutating func difference(_ kind: Kind) -> Int {
        let distance = bytesPerPixel
        let (current, previous) = (current, previous)
        return candidate.withUnsafeMutableBufferPointer { out in
            current.withUnsafeBufferPointer { current in
                previous.withUnsafeBufferPointer { previous in
                    out[0] = kind.rawValue
                    for index in 0..<current.count {
                        let prediction: UInt8 =
                            switch kind {
                            case .none: 0
                            case .sub: index < distance ? 0 : current[index - distance]
                            case .up: previous[index]
                            }
                        out[index + 1] = current[index] &- prediction
                    }
                    var sum = 0
                    for index in 1..<out.count { sum &+= Int(Int8(bitPattern: out[index]).magnitude) }
                    return sum
                }
            }
        }
    }
}
