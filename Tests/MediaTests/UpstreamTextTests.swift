import Media
import Testing

struct UpstreamTextTests {
    @Test(
        "what terminals obey and white space of any kind become one space",
        arguments: [
            "busy\r\n\tnow", "busy\u{1B}now", "busy\u{85}now", "busy\u{A0}\u{2003}now", "busy\u{2028}now", "busy\u{202E}now",
            "busy\u{3000}now",
            "  busy now\u{0}",
        ])
    func oneLine(_ text: String) {
        #expect(UpstreamText.cleaned(text, hiding: [], prompt: nil) == "busy now")
    }

    @Test func `a quoted prompt is hidden as far as it is quoted, as often as it is`() {
        let prompt = "Ein Schloß über dem Nebel, 水彩画, am Morgen"
        let text = "refused: \(prompt)! Said again: Ein Schloß über dem Nebel, 水彩…"
        #expect(UpstreamText.cleaned(text, hiding: [], prompt: prompt) == "refused: [prompt]! Said again: [prompt]…")
    }

    @Test func `characters that share only their first byte with the prompt stay whole`() {
        let cleaned = UpstreamText.cleaned("no: abcdefghijklmnopqrstuvwxyz é", hiding: [], prompt: "abcdefghijklmnopqrstuvwxyz è")
        #expect(cleaned == "no: [prompt]é")
    }

    @Test func `a prompt of a few characters is no secret`() {
        #expect(UpstreamText.cleaned("no cat here", hiding: [], prompt: "cat") == "no cat here")
    }

    @Test func `secrets, keys and what follows Bearer are hidden`() {
        let text = "key my secret, Bearer abc.def, sk-12345, account 123456789012, \(String(repeating: "x", count: 40))."
        let cleaned = UpstreamText.cleaned(text, hiding: ["my secret", ""], prompt: nil)
        #expect(cleaned == "key [hidden], Bearer [hidden], [hidden], account [hidden], [hidden]")
    }

    @Test func `long texts end after 300 characters, whatever these are made of`() {
        let cleaned = UpstreamText.cleaned(String(repeating: "é ", count: 100_000), hiding: [], prompt: nil)
        #expect(cleaned.count == UpstreamText.maximumLength)
        #expect(cleaned.hasSuffix("…"))
        #expect(!cleaned.contains("\u{FFFD}"))
    }
}
