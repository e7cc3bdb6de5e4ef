import HTTP
import Testing

@Suite struct HTTPURLJoiningTests {
    @Test(arguments: [
        ("http://h", "/images", "http://h/images"),
        ("http://h/", "images", "http://h/images"),
        ("http://h/v1", "/images/generations", "http://h/v1/images/generations"),
        ("http://h/v1/", "/images", "http://h/v1/images"),
        ("http://h/v1?a=1", "/images", "http://h/v1/images?a=1"),
        ("http://h/v1", "", "http://h/v1"),
        ("http://h/v1", "a b?c#d", "http://h/v1/a%20b%3Fc%23d"),
        ("http://h/v1", "x\r\ny", "http://h/v1/x%0D%0Ay"),
    ])
    func `a path goes below the one there is`(base: String, path: String, whole: String) throws {
        #expect(try HTTPURL(parsing: base).appending(path: path).description == whole)
    }

    @Test func `a segment cannot leave its place`() throws {
        let url = try HTTPURL(parsing: "http://h/v1").appending(segment: "../a/b c?d%")
        #expect(url.description == "http://h/v1/..%2Fa%2Fb%20c%3Fd%25")
    }

    @Test func `queries are joined and escaped`() throws {
        let url = try HTTPURL(parsing: "http://h/a")
        #expect(url.appending(query: "x=1").appending(query: "y=2#3").target == "/a?x=1&y=2%233")
        #expect(url.appending(query: "") == url)
        #expect(url.appending(queryItems: [("a b", "c&d"), ("e", "\u{FC}")]).target == "/a?a%20b=c%26d&e=%C3%BC")
        #expect(try HTTPURL(parsing: "http://h/?").appending(query: "x").target == "/?x")
    }

    // The references of RFC 3986 §5.4, with an http base.
    @Test(arguments: [
        ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"), ("//g", "http://g/"),
        ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q"), ("g#s", "http://a/b/c/g"),
        (";x", "http://a/b/c/;x"),
        ("g;x=1/./y", "http://a/b/c/g;x=1/y"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../", "http://a/"), ("../../g", "http://a/g"),
        ("../../../g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), ("..g", "http://a/b/c/..g"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("https://b/../x", "https://b/x"), ("//b:81/x", "http://b:81/x"), ("/x:y", "http://a/x:y"), ("./x:y", "http://a/b/c/x:y"),
        ("?a:b", "http://a/b/c/d;p?a:b"),
    ])
    func `a reference is resolved`(reference: String, whole: String) throws {
        let base = try HTTPURL(parsing: "http://a/b/c/d;p?q")
        #expect(try base.resolving(reference).description == whole)
    }

    @Test(arguments: [
        "file:///etc/passwd", "javascript:x", "g:h", "//", "///x", "http:///x", "//u@h/", "\\\\h\\x", "/a b", "http://127.1/", "//0x7f.1/x",
        "/a\r\nb", "ftp://a/", "http:g",
    ])
    func `a reference that leads nowhere good is refused`(reference: String) throws {
        let base = try HTTPURL(parsing: "http://a/b")
        #expect(throws: HTTPURLError.self) { try base.resolving(reference) }
    }
}
