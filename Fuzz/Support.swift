/// What a parser made of some bytes: its events with the content joined, and how it ended.
struct Outcome: Equatable {
    var events: [HTTP1Parser.Event] = []
    var failure: HTTPParseError?

    /// Feeds the pieces to a fresh parser and ends the connection.
    init(_ role: HTTP1Parser.Role, _ limits: HTTPLimits, _ pieces: [ArraySlice<UInt8>]) {
        var parser = HTTP1Parser(role, limits: limits)
        if case .responses = role { for method in [HTTPMethod.get, .head, .connect, .post] { parser.expectResponse(to: method) } }
        do throws(HTTPParseError) {
            for piece in pieces {
                parser.append(piece)
                while true {
                    let event = try parser.next()
                    if case .needsMore = event { break }
                    note(event)
                }
            }
            if let event = try parser.finish() { note(event) }
        } catch {
            failure = error
        }
    }

    private mutating func note(_ event: HTTP1Parser.Event) {
        guard case .body(let piece) = event, case .body(let before)? = events.last else { return events.append(event) }
        events[events.count - 1] = .body(before + piece)
    }
}

/// Numbers that depend on the input alone, so that every finding can be repeated.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ bytes: [UInt8]) {
        state = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        let value = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        return value ^ value >> 29
    }
}

/// The bytes whole, byte by byte, in two, and in pieces of random size.
func cuts(of bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
    var numbers = Numbers(bytes)
    let middle = Int.random(in: 0...bytes.count, using: &numbers)
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...32, using: &numbers))
        pieces.append(piece)
        rest = rest.dropFirst(piece.count)
    }
    return [[bytes[...]], bytes.indices.map { bytes[$0...$0] }, [bytes[..<middle], bytes[middle...]], pieces]
}

/// Inputs of odd length meet limits small enough to be reached.
func limits(for bytes: [UInt8]) -> HTTPLimits {
    guard bytes.count % 2 == 1 else { return HTTPLimits(requestLine: 8192, head: 16384) }
    return HTTPLimits(requestLine: 48, head: 160, fieldCount: 4, chunkLine: 16, trailers: 32, body: 24)
}

/// Traps where two cuts of the bytes lead to different outcomes.
/// - Returns: the outcome.
@discardableResult
func agreedOutcome(_ role: HTTP1Parser.Role, _ bytes: [UInt8]) -> Outcome {
    let limits = limits(for: bytes)
    let cuts = cuts(of: bytes)
    let whole = Outcome(role, limits, cuts[0])
    for cut in cuts.dropFirst() where Outcome(role, limits, cut) != whole { preconditionFailure("the outcome depends on the cut") }
    return whole
}

/// Copies what the fuzzer owns.
func copy(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}
