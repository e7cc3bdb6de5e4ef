import Testing

@testable import HTTP

@Suite struct ServerSentEventTests {
    @Test func `an event is written with name, id and a blank line`() {
        let event = ServerSentEvent(event: "image_generation.completed", data: "{\"a\":1}", id: "7")
        #expect(text(event.encoded) == "event: image_generation.completed\nid: 7\ndata: {\"a\":1}\n\n")
    }

    @Test(arguments: [
        ("", "data: \n\n"), ("a\nb", "data: a\ndata: b\n\n"), ("a\r\nb\rc\n", "data: a\ndata: b\ndata: c\ndata: \n\n"),
        ("\n", "data: \ndata: \n\n"),
    ])
    func `each line of the data has its own field`(data: String, wire: String) {
        #expect(text(ServerSentEvent(data: data).encoded) == wire)
    }

    @Test func `a name or id cannot begin another line`() {
        let event = ServerSentEvent(event: "a\ndata: b", data: "c", id: "1\r2\u{0}")
        #expect(text(event.encoded) == "event: a data: b\nid: 1 2 \ndata: c\n\n")
    }

    @Test(arguments: [
        ("data: a\n\n", [ServerSentEvent(data: "a")]),
        ("data:a\r\rdata:  b\r\r", [ServerSentEvent(data: "a"), ServerSentEvent(data: " b")]),
        ("\u{FEFF}event: x\r\ndata: a\r\ndata\r\ndata: c\r\n\r\n", [ServerSentEvent(event: "x", data: "a\n\nc")]),
        (": a comment\nretry: 10\nid: 5\ndata: a\nunknown: b\n\n", [ServerSentEvent(data: "a", id: "5")]),
        ("event: lost\n\ndata: a\n\n", [ServerSentEvent(data: "a")]),
        ("data\n\n\n\n", [ServerSentEvent(data: "")]),
        ("id: a\u{0}b\ndata: {\"a\": \"b:c\"}\n\n", [ServerSentEvent(data: "{\"a\": \"b:c\"}")]),
        ("data: cut off", []), ("data: cut off\n", []), ("", []), ("\n\n\n", []),
        ("data: \u{20AC}\n\ndata: [DONE]\n\n", [ServerSentEvent(data: "\u{20AC}"), ServerSentEvent(data: "[DONE]")]),
    ])
    func `streams are read by the rules, whole and in every split`(wire: String, events: [ServerSentEvent]) throws {
        let bytes = Array(wire.utf8)
        #expect(try read(bytes.indices.map { bytes[$0...$0] }) == events)
        for split in 0...bytes.count {
            #expect(try read([bytes[..<split], bytes[split...]]) == events)
        }
    }

    @Test func `bytes that are not UTF-8 are replaced`() throws {
        #expect(try read([[0x64, 0x61, 0x74, 0x61, 0x3A, 0xFF, 0x0A, 0x0A]]) == [ServerSentEvent(data: "\u{FFFD}")])
    }

    @Test func `what is written is read back`() throws {
        let event = ServerSentEvent(event: "x", data: String(repeating: "0123456789", count: 20_000) + "\nend", id: "a")
        let bytes = event.encoded
        let pieces = stride(from: 0, to: bytes.count, by: 999).map { bytes[$0..<min($0 + 999, bytes.count)] }
        #expect(try read(pieces) == [event])
    }

    @Test(arguments: ["data: 0123456789012345678901234567890123456789", "data: 0123456789\ndata: 0123456789\ndata: 0123456789\ndata: 0\n"])
    func `an event beyond the limit is given up`(wire: String) {
        var parser = ServerSentEventParser(maximumSize: 32)
        parser.append(Array(wire.utf8)[...])
        #expect(throws: ServerSentEventError.tooLarge) { try parser.next() }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func read(_ pieces: [ArraySlice<UInt8>]) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for piece in pieces {
            parser.append(piece)
            while let event = try parser.next() { events.append(event) }
        }
        return events
    }
}
