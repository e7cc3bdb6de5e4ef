import HTTP
import Testing

/// Text written into bytes that are there already.
struct ByteRoomTests {
    @Test(arguments: [0, 7, 10, 99, 100, 413, 9_999, 10_000, 120_034, 99_999_999, 100_000_000, 1_000_000_007, -1, -120, Int.max, Int.min])
    func `a number is written as it is spelled`(number: Int) {
        var room = ByteRoom()
        room.append(decimal: number)
        #expect(String(decoding: room.written, as: UTF8.self) == String(number))
    }

    @Test func `texts of all lengths follow each other, however little room there was`() {
        var room = ByteRoom(1)
        var expected = ""
        for count in 0..<40 {
            let text = String("abcdefghijklmnopqrstuvwxyzäöüABCDEFGHIJKLMNOPQ".prefix(count))
            room.append(text: text)
            room.append(quoted: text)
            room.append(UInt8(ascii: ";"))
            expected += "\(text)\"\(text)\";"
        }
        #expect(room.count == expected.utf8.count)
        #expect(String(decoding: room.finish(), as: UTF8.self) == expected)
        #expect(room.count == 0)
    }

    @Test(arguments: 0..<20)
    func `a control character anywhere in a value becomes a space, and a tab stays`(place: Int) {
        for control in [0x00, 0x0A, 0x0D, 0x1F, 0x7F] as [UInt8] {
            var value = [UInt8](repeating: UInt8(ascii: "a"), count: 20)
            value[place] = control
            var expected = value
            expected[place] = UInt8(ascii: " ")
            let fields: HTTPFields = ["x": "-\(String(decoding: value, as: UTF8.self))\t-"]
            #expect(Array(fields.wireBytes) == Array("x: -".utf8) + expected + Array("\t-\r\n".utf8))
        }
    }

    @Test(arguments: [0, 9, 60, 99_999_999, 100_000_000, -5])
    func `a field's number is read as it was written`(number: Int) {
        var fields: HTTPFields = ["a": "1"]
        fields.append(.retryAfter, number)
        fields.append(.etag, "x")
        #expect(String(decoding: fields.wireBytes, as: UTF8.self) == "a: 1\r\nretry-after: \(number)\r\netag: x\r\n")
        #expect(fields[.retryAfter] == String(number))
    }
}
