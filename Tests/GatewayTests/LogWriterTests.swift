import Glibc
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct LogWriterTests {
    @Test func `lines come out whole and in order`() {
        let pipe = LogPipe()
        for number in 0..<1000 { pipe.writer.write(Array("line \(number)".utf8)) }
        for number in 0..<1000 { #expect(pipe.line() == "line \(number)") }
    }

    @Test func `what does not fit is counted`() {
        let pipe = LogPipe()
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        // Nobody reads: one line or more is on its way, seven wait, the others are dropped.
        for _ in 0..<30 { pipe.writer.write(long) }
        var lines = 0
        while true {
            let line = pipe.line()
            if line.hasPrefix("x") {
                lines += 1
            } else {
                #expect(line.hasPrefix("{\"event\":\"log_lines_dropped\",\"count\":"))
                #expect(line.hasSuffix(":\(30 - lines)}"))
                break
            }
        }
        #expect(lines >= 7)
    }

    @Test func `a line larger than all the room is counted, too`() {
        let pipe = LogPipe()
        pipe.writer.write([UInt8](repeating: 32, count: 9 << 20))
        pipe.writer.write(Array("next".utf8))
        #expect(pipe.line() == "next")
        #expect(pipe.line() == "{\"event\":\"log_lines_dropped\",\"count\":1}")
    }
}
