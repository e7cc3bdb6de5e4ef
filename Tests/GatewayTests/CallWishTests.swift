import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct CallWishTests {
    private func wish(_ fields: JSONObject, prefer: String? = nil, query: Bool = false, text: Bool = false) throws(APIError) -> CallWish {
        var reader = FieldReader(fields, isText: text)
        let header = prefer.map { PreferHeader(HTTPFields([.prefer: $0])) }
        let wish = try CallWish(&reader, prefer: header, isAsyncQuery: query)
        #expect(reader.extras == [:])
        return wish
    }

    private func failure(_ fields: JSONObject, text: Bool = false) -> APIError? {
        do throws(APIError) {
            _ = try wish(fields, text: text)
            return nil
        } catch { return error }
    }

    @Test(
        arguments: [
            ([:], nil, false, .wait), (["async": true], nil, false, .async), (["async": false], nil, false, .wait),
            ([:], nil, true, .async), ([:], "respond-async", false, .async), ([:], "wait=20", false, .waitFor(.seconds(20))),
            ([:], "respond-async, wait=5", false, .waitFor(.seconds(5))), (["async": true], "wait=5", false, .waitFor(.seconds(5))),
            ([:], "wait=5", true, .waitFor(.seconds(5))), ([:], "wait=86400", false, .waitFor(.seconds(600))),
            ([:], "wait=x", false, .wait), ([:], "wait=x", true, .async), ([:], "return=minimal", false, .wait),
            (["async": false], "respond-async", true, .wait), (["async": nil], "respond-async", false, .async),
            ([:], "wait=0", false, .waitFor(.zero)),
        ] as [(JSONObject, String?, Bool, CallWish.Mode)])
    func `a caller waits, or does not`(fields: JSONObject, prefer: String?, query: Bool, mode: CallWish.Mode) throws {
        #expect(try wish(fields, prefer: prefer, query: query).mode == mode)
    }

    @Test func `a form says the same in text`() throws {
        let said = try wish(["async": "true", "heartbeat": "False", "webhook_url": "https://x.example/hook"], text: true)
        #expect(said == CallWish(mode: .async, heartbeat: false, webhookURL: "https://x.example/hook"))
        #expect(try wish(["async": "", "heartbeat": "", "webhook_url": ""], text: true) == CallWish())
    }

    @Test func `heartbeat is said or not`() throws {
        #expect(try wish([:]).heartbeat == nil)
        #expect(try wish(["heartbeat": nil]).heartbeat == nil)
        #expect(try wish(["heartbeat": true]).heartbeat == true)
    }

    @Test(
        arguments: [
            ("async", "true", "invalid_type"), ("async", 1, "invalid_type"), ("heartbeat", "yes", "invalid_type"),
            ("webhook_url", 5, "invalid_type"), ("webhook_url", ["https://x.example"], "invalid_type"),
            ("webhook_url", "x.example/hook", "invalid_value"), ("webhook_url", "ftp://x.example/", "invalid_value"),
            ("webhook_url", "https://", "invalid_value"), ("webhook_url", "https://me:pass@x.example/", "invalid_value"),
            ("webhook_url", "https://x.example/a b", "invalid_value"), ("webhook_url", "javascript:alert(1)", "invalid_value"),
        ] as [(String, JSONValue, String)])
    func `a wrong wish is a 400 that names the field`(field: String, value: JSONValue, code: String) {
        let error = failure([field: value])
        #expect(error?.status == 400)
        #expect(error?.field == field)
        #expect(error?.code == code)
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("a=1", false), ("async", true), ("async=true", true), ("x=1&async=1", true), ("async=TRUE", true),
            ("async=false", false), ("async=0", false), ("%61sync=true", true),
        ] as [(String?, Bool)])
    func `the target may say it`(query: String?, isAsync: Bool) throws {
        #expect(try CallWish.isAsync(query: query) == isAsync)
    }

    @Test func `what the target says is true or false`() {
        #expect(throws: APIError.invalid("async", "Invalid type for 'async': expected a boolean.", code: "invalid_type")) {
            try CallWish.isAsync(query: "async=maybe")
        }
    }

    @Test func `events are for those who wait`() {
        let asynchronous = [CallWish(mode: .async), CallWish(mode: .waitFor(.seconds(3)))]
        for wish in asynchronous {
            #expect(throws: APIError.self) { try wish.checkStream(true) }
            #expect(throws: Never.self) { try wish.checkStream(false) }
        }
        #expect(throws: Never.self) { try CallWish().checkStream(true) }
    }
}

@Suite struct ListQueryTests {
    @Test(
        arguments: [
            (nil, 20, false, nil), ("", 20, false, nil), ("limit=5&order=asc&after=video_1", 5, true, "video_1"),
            ("limit=0", 0, false, nil), ("limit=100&order=DESC", 100, false, nil), ("limit=&order=&after=", 20, false, nil),
            ("variant=video&x", 20, false, nil), ("after=a%2Fb", 20, false, "a/b"),
        ] as [(String?, Int, Bool, String?)])
    func `a page is asked for`(query: String?, limit: Int, isOldestFirst: Bool, after: String?) throws {
        let page = try ListQuery(query)
        #expect(page.limit == limit)
        #expect(page.isOldestFirst == isOldestFirst)
        #expect(page.after == after)
    }

    @Test(arguments: [
        ("limit=101", "limit", "integer_above_max_value"), ("limit=-1", "limit", "invalid_type"), ("limit=ten", "limit", "invalid_type"),
        ("limit=99999999999999999999", "limit", "integer_above_max_value"), ("limit=1.5", "limit", "invalid_type"),
        ("limit=+5", "limit", "invalid_type"), ("order=up", "order", "invalid_value"),
    ])
    func `a page that cannot be is a 400 that names the parameter`(query: String, field: String, code: String) {
        do throws(APIError) {
            _ = try ListQuery(query)
            Issue.record("accepted")
        } catch {
            #expect(error.status == 400)
            #expect(error.field == field)
            #expect(error.code == code)
        }
    }

    @Test func `the store is asked for at least one row`() throws {
        let page = try ListQuery("limit=0&after=x&order=asc")
        #expect(page.taskQuery(owner: "a", kind: .video) == TaskQuery(owner: "a", kind: .video, after: "x", limit: 1, oldestFirst: true))
    }
}
