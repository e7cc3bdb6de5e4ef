import HTTP
import Testing

@testable import Providers

@Suite struct `Own origins` {
    @Test(arguments: [
        ("https://api.bfl.ai/v1/get_result", true), ("https://api.eu.bfl.ai/x", true), ("https://api.us1.eu.bfl.ai/x", true),
        ("http://api.eu.bfl.ai/x", false), ("https://api.eu.bfl.ai:8443/x", false), ("https://delivery.eu.bfl.ai/x", false),
        ("https://api.bfl.ai.example.com/x", false), ("https://api..bfl.ai/x", false), ("https://bfl.ai/x", false),
        ("https://api.eu.notbfl.ai/x", false),
    ])
    func `hosts fit a pattern by https on its own port alone`(address: String, isOwn: Bool) throws {
        let own = OwnOrigin(of: try HTTPURL(parsing: "https://api.bfl.ai/v1"), hosts: ["api.*.bfl.ai"])
        guard let url = try? HTTPURL(parsing: address) else { return #expect(!isOwn) }
        #expect(own.carriesCredentials(to: url) == isOwn)
    }
}
