import Testing

@testable import HTTP

@Suite struct RetryAfterTests {
    private static let now = 784_111_777

    @Test(arguments: [
        ("120", Duration.seconds(120)), ("0", .zero), ("1.5", .milliseconds(1500)), ("0.25", .milliseconds(250)),
        ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)), ("Sun, 06 Nov 1994 08:48:37 GMT", .zero),
        ("99999999999999999999", .seconds(31_536_000)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", .seconds(31_536_000)),
    ])
    func `seconds and dates are understood`(text: String, wait: Duration) {
        #expect(RetryAfter.parse(retryAfter: text, now: Self.now) == wait)
    }

    @Test(arguments: ["", "-1", "+1", "soon", "1e3", "1.", ".5", "1.2.3", "nan", "inf", "0x10", "1 s", String(repeating: "9", count: 400)])
    func `what is no wait is none`(text: String) {
        #expect(RetryAfter.parse(retryAfter: text, now: Self.now) == nil)
        #expect(RetryAfter.parse(retryAfter: nil, retryAfterMilliseconds: text, now: Self.now) == nil)
    }

    @Test func `milliseconds win, unless they are nonsense`() {
        #expect(RetryAfter.parse(retryAfter: "2", retryAfterMilliseconds: "1750", now: Self.now) == .milliseconds(1750))
        #expect(RetryAfter.parse(retryAfter: "2", retryAfterMilliseconds: "-5", now: Self.now) == .seconds(2))
        #expect(RetryAfter.parse(retryAfter: nil, now: Self.now) == nil)
    }
}
