import HTTP
import Testing

@testable import Gateway

@Suite struct `A gateway without keys on this machine` {
    @Test(arguments: [
        ("127.0.0.1:8080", true), ("[::1]:8080", true), ("localhost", true), ("localhost:8080", true), ("zoetrope:8080", true),
        ("a.localhost:8080", true), ("pictures.example", true), ("pictures.example:8443", true), ("evil.example:8080", false),
        ("pictures.example.evil.example", false), ("127.0.0.1.evil.example", false), ("LOCALHOST", true), ("Evil.Example", false),
    ])
    func `answers to addresses, names without a dot and its own name`(host: String, isOurs: Bool) throws {
        let head = HTTPRequestHead(method: .post, target: "/v1/images/generations", fields: [.host: host])
        #expect(head.namesLocalHost(publicURL: try HTTPURL(parsing: "https://pictures.example")) == isOurs)
    }
}
