import Testing

@testable import HTTP

@Suite struct AcceptHeaderTests {
    @Test(arguments: [
        ("image/*", true), ("image/png", true), ("image/png, application/json;q=0.5", true), ("image/avif,image/webp,*/*;q=0.8", true),
        ("image/*, */*", true), ("*/*", false), ("application/json", false), ("application/json, image/*", false),
        ("application/json;q=0.9, image/*", true), ("image/*;q=0", false), ("image/*;q=0.5, application/json", false), ("", false),
        ("nonsense", false), ("image/*;q=2", false), ("image/*;q=x", false), ("video/mp4", false), ("IMAGE/PNG", true),
        ("text/html, image/*", true),
    ])
    func `a client that wants an image more than JSON gets one`(header: String, wantsImage: Bool) {
        #expect(AcceptHeader(header).prefersImage == wantsImage)
    }

    @Test func `no header asks for nothing in particular`() {
        #expect(!AcceptHeader(nil).prefersImage)
        #expect(AcceptHeader(nil).quality(of: "text/plain") == 1)
        #expect(AcceptHeader("video/*").prefersVideo)
    }

    @Test func `the most specific range gives the weight`() {
        let header = AcceptHeader("image/*;q=0.5, image/png, */*;q=0.1, image/gif;q=0")
        #expect(["image/png", "image/webp", "image/gif", "text/html"].map(header.quality) == [1, 0.5, 0, 0.1])
    }

    @Test(arguments: [
        ("gzip", true), ("gzip, deflate", true), ("deflate, GZIP;q=0.5", true), ("x-gzip", true), ("*", true), ("gzip;q=0", false),
        ("*;q=0", false),
        ("gzip;q=0, *", false), ("identity", false), ("", false), ("br;q=1.0, gzip;q=0.8, *;q=0.1", true), ("gzip ; q=0.000", false),
    ])
    func `gzip is allowed where it has a weight`(header: String, allowed: Bool) {
        #expect(AcceptHeader.allowsGzip(acceptEncoding: header) == allowed)
    }

    @Test func `without a word about codings there is none`() {
        #expect(!AcceptHeader.allowsGzip(acceptEncoding: nil))
    }
}
