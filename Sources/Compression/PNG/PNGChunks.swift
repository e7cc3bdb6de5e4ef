/// What a PNG file holds that matters for its pixels.
struct PNGChunks {
    let header: PNGHeader
    /// Red, green, blue in turn.
    private(set) var palette: [UInt8] = []
    /// The tRNS chunk as it is.
    private(set) var transparency: [UInt8] = []
    /// The IDAT chunks in order.
    private(set) var data: [ArraySlice<UInt8>] = []

    init(_ file: ArraySlice<UInt8>, maximumPixels: Int) throws(PNGError) {
        guard file.starts(with: pngSignature) else { throw PNGError(.notPNG, "not a PNG file") }
        var rest = file.dropFirst(pngSignature.count)
        let first = try Self.chunk(&rest)
        guard first.type == Self.name("IHDR") else { throw PNGError(.corrupt, "the PNG does not begin with its header") }
        header = try PNGHeader(first.data, maximumPixels: maximumPixels)
        var dataHasEnded = false
        while true {
            let chunk = try Self.chunk(&rest)
            if chunk.type == Self.name("IEND") { break }
            // PNG §5.6: the IDAT chunks are consecutive.
            if chunk.type != Self.name("IDAT") {
                dataHasEnded = !data.isEmpty
            } else if dataHasEnded {
                throw PNGError(.corrupt, "the PNG's data is not in one run")
            }
            try take(chunk)
        }
        if data.isEmpty { throw PNGError(.corrupt, "the PNG has no data") }
        if header.colour == .palette, palette.isEmpty { throw PNGError(.corrupt, "the PNG's palette is missing") }
    }

    private mutating func take(_ chunk: Chunk) throws(PNGError) {
        switch chunk.type {
        case Self.name("IDAT"):
            data.append(chunk.data)
        case Self.name("PLTE"):
            guard data.isEmpty, palette.isEmpty, chunk.data.count % 3 == 0, (3...768).contains(chunk.data.count) else {
                throw PNGError(.corrupt, "the PNG's palette is malformed")
            }
            palette = Array(chunk.data)
        case Self.name("tRNS"):
            guard data.isEmpty, transparency.isEmpty, isTransparency(chunk.data.count) else {
                throw PNGError(.corrupt, "the PNG's transparency is malformed")
            }
            transparency = Array(chunk.data)
        // PNG §5.4: bit 5 of the first byte clear means that the picture cannot be understood without this chunk.
        case let type where type >> 24 & 0x20 == 0:
            throw PNGError(.corrupt, "the PNG has a critical chunk that the format does not know")
        default:
            break
        }
    }

    /// PNG §11.3.2.1: how long a tRNS chunk may be.
    private func isTransparency(_ count: Int) -> Bool {
        switch header.colour {
        case .grey: count == 2
        case .rgb: count == 6
        case .palette: count <= palette.count / 3
        case .greyAlpha, .rgba: false
        }
    }

    private struct Chunk {
        var type: UInt32
        var data: ArraySlice<UInt8>
    }

    private static func name(_ text: StaticString) -> UInt32 {
        text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    private static func chunk(_ rest: inout ArraySlice<UInt8>) throws(PNGError) -> Chunk {
        guard rest.count >= 12 else { throw PNGError(.truncated, "the PNG is cut short") }
        let length = Int(number(rest))
        guard length <= rest.count - 12 else { throw PNGError(.truncated, "the PNG is cut short") }
        let covered = rest.dropFirst(4).prefix(length + 4)
        guard number(rest.dropFirst(length + 8)) == crc32(covered) else {
            throw PNGError(.corrupt, "a checksum in the PNG is wrong")
        }
        rest = rest.dropFirst(length + 12)
        return Chunk(type: number(covered), data: covered.dropFirst(4))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
