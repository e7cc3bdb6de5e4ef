@testable import HTTP

/// A part with all its bytes, as a consumer would gather it.
struct ParsedPart: Equatable {
    var head: MultipartPartHead
    var bytes: [UInt8] = []
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Bytes of texts one after another.
func multipart(_ texts: String...) -> [UInt8] { texts.flatMap { Array($0.utf8) } }

/// The parts of a form with the boundary `B7`.
func parse(_ pieces: [ArraySlice<UInt8>], _ limits: MultipartLimits = MultipartLimits()) throws(MultipartError) -> [ParsedPart] {
    var parser = MultipartParser(boundary: "B7", limits: limits)
    var parts: [ParsedPart] = []
    for piece in pieces {
        parser.append(piece)
        try drain(&parser, into: &parts)
    }
    try parser.finish()
    return parts
}

func parse(_ pieces: ArraySlice<UInt8>...) throws(MultipartError) -> [ParsedPart] { try parse(pieces) }
func parse(_ form: [UInt8]) throws(MultipartError) -> [ParsedPart] { try parse([form[...]]) }

/// Why a form is refused; nil where it is not.
func refusal(_ pieces: [ArraySlice<UInt8>], _ limits: MultipartLimits = MultipartLimits()) -> MultipartError.Kind? {
    do {
        _ = try parse(pieces, limits)
        return nil
    } catch {
        return error.kind
    }
}

func refusal(_ form: [UInt8], _ limits: MultipartLimits = MultipartLimits()) -> MultipartError.Kind? { refusal([form[...]], limits) }

private func drain(_ parser: inout MultipartParser, into parts: inout [ParsedPart]) throws(MultipartError) {
    while true {
        switch try parser.next() {
        case .needsMore: return
        case .end:
            // What follows the end is looked at when it is asked for again.
            _ = try parser.next()
            return
        case .part(let head): parts.append(ParsedPart(head: head))
        case .body(let bytes): parts[parts.count - 1].bytes += bytes
        case .endOfPart: break
        }
    }
}

func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
    bytes.indices.contains { bytes[$0...].starts(with: needle) }
}

/// Random numbers that are the same in every run.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
