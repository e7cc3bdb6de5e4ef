import HTTP
import Media
import Testing

@testable import Configuration

@Suite struct ProviderVariableTests {
    /// A type with every kind of setting.
    static let full = ProviderDescription(
        name: "Full", documentation: "", keyVariable: "FULL_KEY", baseURLVariable: "FULL_URL",
        options: [
            ProviderOption("region", variable: "FULL_REGION"), ProviderOption("token", .secret, variable: "FULL_TOKEN"),
            ProviderOption("credentials", .file, variable: "FULL_FILE"), ProviderOption("workflows", .folder, variable: "FULL_FOLDER"),
        ],
        automatic: [["FULL_KEY", "FULL_URL"], ["FULL_FILE"]], maximumConcurrent: 3, examples: [])
    static let plain = ProviderDescription(
        name: "Plain", documentation: "", keyVariable: "PLAIN_KEY", options: [ProviderOption("team", variable: "PLAIN_TEAM")], examples: [])
    static let types: [(type: String, description: ProviderDescription?)] = [("full", full), ("plain", plain), ("test", nil)]
    static let files = ["c.json": "{}", "w/a.json": "[1]", "w/b.json": "[2]", "w/readme.md": "no"]
    static let environment = [
        "FULL_KEY": "env-key", "FULL_URL": "http://env.test/v1", "FULL_REGION": "env-region", "FULL_TOKEN": "env-token",
        "FULL_FILE": "c.json", "FULL_FOLDER": "w",
    ]

    private func load(
        _ text: String?, _ environment: [String: String] = environment,
        validate: @escaping (ProviderSettings) throws(ConfigurationError) -> Void = { _ in }
    ) -> Result<GatewayConfiguration, ConfigurationMistakes> {
        Loading.load(
            text, environment: environment, files: Self.files, types: Self.types, catalogue: [], validate: validate)
    }

    /// The one provider `p` of the type `full`.
    private func provider(_ text: String, _ environment: [String: String] = environment) throws -> ProviderSettings {
        try #require(try load("providers: { p: { type: full\(text) } }", environment).get().providers.first)
    }

    private func mistakes(_ text: String?, _ environment: [String: String] = environment) -> [String] {
        guard case .failure(let mistakes) = load(text, environment) else { return [] }
        return mistakes.mistakes.map(\.description)
    }

    private func documents(_ provider: ProviderSettings) -> [String: String] {
        provider.documents.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `what is not written comes from the type's variables`() throws {
        let found = try provider("")
        #expect(found.apiKey == Secret("env-key"))
        #expect(found.baseURL?.description == "http://env.test/v1")
        #expect(found.options == ["region": "env-region"])
        #expect(found.secrets == ["token": Secret("env-token")])
        #expect(documents(found) == ["credentials": "{}", "a": "[1]", "b": "[2]"])
        #expect(found.maximumConcurrent == 3)
    }

    @Test func `what is written counts, of every kind`() throws {
        let text = ", api_key: k, base_url: 'http://h', region: r, token: t, credentials: c.json, workflows: w, max_concurrent: 9"
        let found = try provider(text, ["FULL_REGION": "x", "FULL_TOKEN": "x", "FULL_FILE": "none", "FULL_FOLDER": "none"])
        #expect(found.apiKey == Secret("k") && found.baseURL?.description == "http://h/")
        #expect(found.options == ["region": "r"] && found.secrets == ["token": Secret("t")])
        #expect(documents(found) == ["credentials": "{}", "a": "[1]", "b": "[2]"])
        #expect(found.maximumConcurrent == 9)
    }

    @Test(arguments: [", base_url: 'http://h'", ", api_key: k", ", base_url: 'http://h', api_key: k"])
    func `keys of the environment go to no address or account that the file names`(text: String) throws {
        let found = try provider(text)
        #expect(found.secrets.isEmpty && found.documents.isEmpty)
        #expect(found.options == ["region": "env-region"])
        #expect(found.apiKey == (text.contains("api_key") ? Secret("k") : nil))
        #expect(found.baseURL?.description == (text.contains("base_url") ? "http://h/" : nil))
    }

    @Test func `a key that is written as an option keeps the environment's other keys away`() throws {
        let found = try provider(", token: t")
        #expect(found.secrets == ["token": Secret("t")])
        #expect(found.documents.isEmpty)
    }

    @Test func `options that cannot be have their place, and secrets are not printed`() {
        let text = """
            providers:
              p:
                type: full
                region: a b
                token: "geheim x"
                credentials: none.json
                workflow: w
            """
        let lines = mistakes(text, [:])
        #expect(
            lines == [
                "z.yaml:4: providers.p.region: \"a b\" holds white space or characters that are not ASCII",
                "z.yaml:5: providers.p.token: the value holds white space or characters that are not ASCII",
                "z.yaml:6: providers.p.credentials: \"none.json\" cannot be read: no such file",
                "z.yaml:7: providers.p.workflow: unknown key (did you mean \"workflows\"?)",
            ])
    }

    @Test(arguments: [
        ("FULL_KEY", "a b", "the value holds white space or characters that are not ASCII"),
        ("FULL_URL", "ftp://h", "the value is not an http(s) URL"),
        ("FULL_REGION", "a\r\nb", "the value holds white space or characters that are not ASCII"),
        ("FULL_TOKEN", "a b", "the value holds white space or characters that are not ASCII"),
    ])
    func `variables that cannot be are told by their name`(variable: String, value: String, message: String) {
        let environment = ["FULL_KEY": "k", "FULL_URL": "http://h"].merging([variable: value]) { _, new in new }
        for text in [nil, "providers: { p: { type: full } }"] {
            #expect(mistakes(text, environment) == ["\(variable): \(message)"])
        }
    }

    @Test func `a key is missing only where the type has no other way to one`() throws {
        #expect(mistakes("providers: { p: { type: full } }", [:]).isEmpty)
        let line = "z.yaml:1: providers.p: api_key is missing, and the environment variable PLAIN_KEY is not set"
        #expect(mistakes("providers: { p: { type: plain } }", [:]) == [line])
        #expect(mistakes("providers: { p: { type: plain, team: x } }", [:]) == [line])
    }

    @Test(
        arguments: [
            (["FULL_KEY": "k"], []), (["FULL_URL": "http://h"], []), (["FULL_KEY": "k", "FULL_URL": "http://h"], ["full"]),
            (["FULL_FILE": "c.json"], ["full"]), (["PLAIN_KEY": "k"], ["plain"]), (["PLAIN_KEY": "", "FULL_FILE": ""], []),
            (["PLAIN_KEY": "k", "FULL_FILE": "c.json"], ["full", "plain"]), (["PLAIN_TEAM": "t"], []),
        ] as [([String: String], [String])])
    func `one whole set of variables makes a provider without a file`(environment: [String: String], names: [String]) throws {
        let configuration = try load(nil, environment).get()
        #expect(configuration.providers.map(\.name) == names + ["test"])
        #expect(configuration.notices.count == min(names.count, 1))
        #expect(names.allSatisfy { configuration.notices.first?.contains("\($0) (") ?? false })
    }

    @Test func `a provider of the environment has all that its variables say`() throws {
        let found = try #require(try load(nil, Self.environment).get().providers.first)
        #expect(found.apiKey == Secret("env-key") && found.baseURL?.description == "http://env.test/v1")
        #expect(found.options == ["region": "env-region"] && found.secrets == ["token": Secret("env-token")])
        #expect(documents(found) == ["credentials": "{}", "a": "[1]", "b": "[2]"])
        #expect(found.maximumConcurrent == 3)
    }

    @Test func `a file for other programs leaves its provider out, with a notice`() throws {
        let environment = ["FULL_FILE": "c.json", "FULL_REGION": "r", "PLAIN_KEY": "k"]
        let result = load(nil, environment) { settings throws(ConfigurationError) in
            if settings.type == "full" { throw ConfigurationError(key: "credentials", "is no key of a service account") }
        }
        let configuration = try result.get()
        #expect(configuration.providers.map(\.name) == ["plain", "test"])
        #expect(
            configuration.notices == [
                "providers from the environment: plain (PLAIN_KEY)", "full is not used: FULL_FILE: is no key of a service account",
            ])
    }

    @Test func `a file that is not there does the same`() throws {
        let configuration = try load(nil, ["FULL_FILE": "none.json", "PLAIN_KEY": "k"]).get()
        #expect(configuration.providers.map(\.name) == ["plain", "test"])
        #expect(configuration.notices.last == "full is not used: FULL_FILE: the value cannot be read: no such file")
    }

    @Test(arguments: [("plain", ["plain"]), (" full, plain", ["full", "plain"]), ("none", []), ("", ["full", "plain"])])
    func `of the providers of the environment only those are used that are named`(wanted: String, names: [String]) throws {
        let environment = ["PLAIN_KEY": "k", "FULL_FILE": "c.json", "ZOETROPE_PROVIDERS": wanted]
        #expect(try load(nil, environment).get().providers.map(\.name) == names + ["test"])
    }

    @Test func `a key that does not do is a mistake, with its variable`() {
        let result = load(nil, ["FULL_KEY": "k", "FULL_URL": "http://h", "PLAIN_KEY": "p"]) { settings throws(ConfigurationError) in
            throw ConfigurationError(key: settings.type == "full" ? "base_url" : "api_key", "is wrong")
        }
        guard case .failure(let mistakes) = result else { return #expect(Bool(false), "no mistake was found") }
        #expect(
            mistakes.mistakes.map(\.description) == [
                "FULL_URL: the value does not do for full: is wrong", "PLAIN_KEY: the value does not do for plain: is wrong",
            ])
    }
}
