import GatewayTesting
import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct RequestSizeTests {
    private func failure(_ extras: JSONObject = [:], _ routing: RoutingWish = RoutingWish()) -> APIError? {
        do throws(APIError) {
            try GenerationRequest(model: "m", routing: routing, extras: extras).checkSize()
            return nil
        } catch { return error }
    }

    @Test func `unknown fields have room in a task up to a limit, told with the largest of them`() {
        let limit = GenerationRequest.maximumExtras
        // {"a":"…"} has eight bytes around its text.
        #expect(failure(["a": .string(String(repeating: "x", count: limit - 8))]) == nil)
        let error = failure(["a": .string(String(repeating: "x", count: limit - 7)), "b": 1])
        #expect(error?.status == 413 && error?.code == "request_too_large" && error?.field == "a")
        #expect(failure() == nil)
    }

    @Test func `what counts is the text that is written`() {
        let count = GenerationRequest.maximumExtras / 6
        #expect(failure(["a": .string(String(repeating: "\u{1}", count: count))])?.field == "a")
        #expect(failure(["a": .array(Array(repeating: 123_456, count: count))])?.field == "a")
        let nested = (0..<20).reduce(JSONValue.string(String(repeating: "x", count: 1 << 20))) { value, _ in ["a": value] }
        #expect(failure(["big": nested, "b": 1])?.field == "big")
    }

    @Test func `wishes about providers have the same limit`() {
        let names = Array(repeating: String(repeating: "p", count: 100), count: 1000)
        #expect(failure([:], RoutingWish(order: names))?.field == "provider")
        #expect(failure([:], RoutingWish(only: names))?.field == "provider")
        #expect(failure([:], RoutingWish(ignore: names))?.field == "provider")
        #expect(failure([:], RoutingWish(order: ["a", "b"])) == nil)
    }

    @Test(arguments: [("model", 256), ("user", 1024)])
    func `names have a length`(field: String, limit: Int) {
        for (text, isRefused) in [(String(repeating: "a", count: limit), false), (String(repeating: "ö", count: limit / 2 + 1), true)] {
            for isText in [false, true] {
                let form = RequestForm(fields: ["model": "m", "prompt": "a cat", field: .string(text)], isMultipart: isText)
                var code: String?
                do throws(APIError) {
                    let decoder = ImageRequestDecoder(operation: .generate, defaults: ModelDefaults(), wantsRawBytes: false)
                    _ = try decoder.decode(form, .openAI)
                } catch { code = error.field == field ? error.code : "another field" }
                #expect(code == (isRefused ? "string_above_max_length" : nil))
            }
        }
    }
}
