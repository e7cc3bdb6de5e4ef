import HTTP
import Testing

/// Text and numbers as bytes.
struct ByteTextTests {
    @Test(arguments: [0, 7, 10, 99, 100, 99_999_999, 100_000_000, 1_234_567_890, -1, -120, Int.max, Int.min])
    func `a number is written as it is spelled`(number: Int) {
        var bytes: [UInt8] = []
        bytes.append(decimal: number)
        #expect(bytes == Array(String(number).utf8))
    }

    @Test(arguments: ["", "short", "a text that is longer than fifteen bytes", "größer"])
    func `text is added as it is`(text: String) {
        var bytes: [UInt8] = [1]
        bytes.append(text: text)
        #expect(bytes == [1] + Array(text.utf8))
    }

    @Test func `bytes become two digits each`() {
        var bytes: [UInt8] = []
        bytes.append(hexadecimal: [0, 10, 159, 255])
        #expect(bytes == Array("000a9fff".utf8))
    }
}
