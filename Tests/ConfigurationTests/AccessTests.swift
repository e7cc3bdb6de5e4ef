import Media
import Testing

@testable import Configuration

@Suite struct AccessTests {
    private static let open = "is open to the network while no key is configured: add keys, set ZOETROPE_API_KEY, or write auth: none"
    private static let key = "keys: [{ name: a, sha256: \"\(String(repeating: "aB", count: 32))\" }]\n"
    private static let network = "server: { listen: 0.0.0.0:8080 }\n"

    @Test func `without keys only local addresses may be listened on`() {
        #expect(Loading.mistakes(Self.network) == ["z.yaml:1: server.listen: \"0.0.0.0:8080\" \(Self.open)"])
        #expect(Loading.mistakes("server: { listen: [localhost:1, '[::1]:1', 'unix:z'] }").isEmpty)
    }

    @Test func `the address of the command line follows the same rule`() throws {
        #expect(Loading.mistakes(nil, listen: "[::]:80") == ["--listen: \"[::]:80\" \(Self.open)"])
        let configuration = try Loading.load(Self.key, listen: "[::]:80").get()
        #expect(configuration.server.listen.map(\.description) == ["[::]:80"])
    }

    @Test(arguments: [
        (network + key, [:], Authentication.required), (network + "auth: none", [:], .open),
        (network, ["ZOETROPE_API_KEY": "secret"], .required), ("auth: required\n" + key, [:], .required), ("", [:], .open),
        ("", ["ZOETROPE_API_KEY": ""], .open),
    ])
    func `callers need a key where there is one`(text: String, environment: [String: String], authentication: Authentication) throws {
        let configuration = try Loading.load(text, environment: environment).get()
        #expect(configuration.authentication == authentication)
        #expect(configuration.environmentKey?.value == environment["ZOETROPE_API_KEY"].flatMap { $0.isEmpty ? nil : $0 })
    }

    @Test func `keys that would be ignored are a mistake`() {
        let message = "z.yaml:1: auth: none would ignore the keys that are configured; remove it or them"
        #expect(Loading.mistakes("auth: none\n" + Self.key) == [message])
        #expect(Loading.mistakes("auth: none", environment: ["ZOETROPE_API_KEY": "k"]) == [message])
    }

    @Test func `keys have their own names and digests`() {
        let other = String(repeating: "cd", count: 32)
        let text = """
            keys:
              - { name: a, sha256: "\(other)" }
              - { name: a, sha256: "\(other)", tier: defalt }
            """
        #expect(
            Loading.mistakes(text) == [
                "z.yaml:3: keys[1].tier: \"defalt\" is no tier (did you mean \"default\"?)",
                "z.yaml:3: keys[1].name: \"a\" is the name of another key, too",
                "z.yaml:3: keys[1].sha256: another key has the same digest",
            ])
    }

    @Test func `a key is a user's unless it is written that it is an operator's`() throws {
        func text(_ role: String) -> String { "keys: [{ name: a, sha256: \"\(String(repeating: "aB", count: 32))\"\(role) }]" }
        #expect(try Loading.load(text("")).get().keys.map(\.role) == [.user])
        #expect(try Loading.load(text(", role: admin")).get().keys.map(\.role) == [.admin])
        #expect(
            Loading.mistakes(text(", role: admn")) == [
                "z.yaml:1: keys[0].role: \"admn\" is not one of user, admin (did you mean \"admin\"?)"
            ])
    }

    @Test(arguments: ["secret", "whsec_", "whsec_short", "whsec_not base64 not base64"])
    func `a webhook secret has the prefix of Standard Webhooks and is never printed`(secret: String) {
        let text = "keys:\n  - { name: a, sha256: \"\(String(repeating: "a", count: 64))\", webhook_secret: \"\(secret)\" }"
        #expect(Loading.mistakes(text) == ["z.yaml:2: keys[0].webhook_secret: the value is not whsec_ and base64 of 12 bytes or more"])
    }

    @Test func `an API key of the environment with white space is a mistake`() {
        #expect(
            Loading.mistakes("", environment: ["ZOETROPE_API_KEY": "a b"])
                == ["ZOETROPE_API_KEY: the value holds white space or characters that are not ASCII"])
    }

    @Test func `the environment may hold a webhook secret`() throws {
        let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
        let configuration = try Loading.load("", environment: ["ZOETROPE_WEBHOOK_SECRET": secret]).get()
        #expect(configuration.environmentWebhookSecret?.value == secret && configuration.authentication == .open)
        #expect(try Loading.load("").get().environmentWebhookSecret == nil)
        #expect(
            Loading.mistakes("", environment: ["ZOETROPE_WEBHOOK_SECRET": "whsec_not base64 not base64"])
                == ["ZOETROPE_WEBHOOK_SECRET: the value is not whsec_ and base64 of 12 bytes or more"])
    }
}
