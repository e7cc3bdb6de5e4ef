import HTTP
import Media
import Testing

@testable import Providers

@Suite struct `Provider registry` {
    @Test func `each type has a name of its own, and all but the built-in one say where their settings come from`() throws {
        let types = ProviderRegistry.descriptions.map(\.type)
        #expect(Set(types).count == types.count)
        #expect(ProviderRegistry.descriptions.filter { $0.description == nil }.map(\.type) == ["test"])
        for (type, description) in ProviderRegistry.descriptions {
            guard let description else { continue }
            #expect(!description.examples.isEmpty && description.documentation.hasPrefix("https://"), "\(type)")
        }
    }

    @Test func `no variable holds the keys of two types`() {
        let variables = ProviderRegistry.descriptions.compactMap(\.description?.keyVariable)
        #expect(Set(variables).count == variables.count)
    }

    @Test func `a type nobody knows is a mistake that names the known ones`() {
        let error = #expect(throws: ConfigurationError.self) { try make("opneai", key: "k") }
        #expect(error?.key == "type")
        #expect(error?.message.contains("imagerouter, infron,") == true)
    }

    @Test(arguments: ["openai", "imagerouter", "infron"])
    func `a service needs a key, a server of the operator's own does not`(_ type: String) throws {
        #expect(throws: ConfigurationError.self) { try make(type, key: nil) }
        #expect(throws: ConfigurationError.self) { try make(type, key: "two words") }
        #expect(throws: ConfigurationError.self) { try make(type, key: "line\n") }
        _ = try make(type, key: nil, baseURL: "http://127.0.0.1:9000/v1")
    }

    @Test(arguments: [
        ("https://api.openai.com/v1/files/1", true), ("https://api.openai.com:443/x", true), ("http://api.openai.com/x", false),
        ("https://api.openai.com:8443/x", false), ("https://cdn.openai.com/x", false), ("https://api.openai.com.example.com/x", false),
    ])
    func `a download carries the key on the provider's own origin only`(_ text: String, _ carries: Bool) throws {
        let settings = ProviderSettings(
            name: "a", type: "openai", apiKey: Secret("sk-fixture"), headers: [("x-extra", "secret-value")])
        let fields = ProviderRegistry.credentials(of: settings, for: try HTTPURL(parsing: text))
        #expect(fields[.authorization] == (carries ? "Bearer sk-fixture" : nil))
        #expect(fields["x-extra"] == (carries ? "secret-value" : nil))
        #expect(ProviderRegistry.ownOrigin(of: settings)?.carriesCredentials(to: try HTTPURL(parsing: text)) == carries)
    }

    @Test func `a built-in provider has no origin and no credentials`() throws {
        let settings = ProviderSettings(name: "test", type: "test")
        #expect(ProviderRegistry.ownOrigin(of: settings) == nil)
        #expect(ProviderRegistry.credentials(of: settings, for: try HTTPURL(parsing: "http://builtin.invalid/")).isEmpty)
    }

    private func make(_ type: String, key: String?, baseURL: String? = nil) throws -> any Provider {
        try ProviderRegistry.make(
            ProviderSettings(
                name: "a", type: type, baseURL: try baseURL.map { try HTTPURL(parsing: $0) }, apiKey: key.map(Secret.init)))
    }
}
