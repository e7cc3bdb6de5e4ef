import Media
import Testing

@testable import Configuration

@Suite struct MistakeTests {
    @Test func `all mistakes are told at once, by line`() {
        let text = """
            server:
              listen: [127.0.0.1:8080, nowhere]
              limits: { header: 32KB, boddy: 1MiB }
              timeouts: { idle: 75 }
            providers:
              studio:
                type: openai
                base_url: "htp://..."
                max_concurrent: 0
              other: { type: opnai }
            models:
              a: { route: [studio, studo/x], ambiguous: maybe }
            aliases: { b: aa }
            """
        #expect(
            Loading.mistakes(text) == [
                "z.yaml:2: server.listen[1]: \"nowhere\" is not an address such as 127.0.0.1:8080, [::]:8080 or unix:/run/zoetrope.sock",
                "z.yaml:3: server.limits.boddy: unknown key (did you mean \"body\"?)",
                "z.yaml:3: server.limits.header: \"32KB\" is not a size such as 512KiB, 50MiB or 2GiB",
                "z.yaml:4: server.timeouts.idle: \"75\" is not a duration such as 500ms, 30s, 10m, 2h or 7d",
                "z.yaml:8: providers.studio.base_url: \"htp://...\" is not an http(s) URL",
                "z.yaml:9: providers.studio.max_concurrent: \"0\" is not a whole number from 1 to 100000",
                "z.yaml:10: providers.other.type: \"opnai\" is no provider type; there are "
                    + Loading.types.map(\.type).sorted().joined(separator: ", ") + " (did you mean \"openai\"?)",
                "z.yaml:12: models.a.ambiguous: \"maybe\" is not one of stop, next",
                "z.yaml:12: models.a.route[1]: \"studo/x\" names no provider (did you mean \"studio\"?)",
                "z.yaml:13: aliases.b: \"aa\" is no model (did you mean \"a\"?)",
            ])
    }

    @Test(arguments: [
        ("sever: {}", "1: sever: unknown key (did you mean \"server\"?)"),
        ("[1]", "1: must be a mapping of keys to values"),
        ("server: 5", "1: server: must be a mapping of keys to values"),
        ("server: { loops: 0 }", "1: server.loops: \"0\" is not a whole number from 1 to 1024"),
        ("server: { loops: }", "1: server.loops: has no value"),
        ("server: { listen: [] }", "1: server.listen: must name at least one address"),
        ("server: { listen: [127.0.0.1:1, 127.0.0.1:1] }", "1: server.listen: names an address twice"),
        ("server: { listen: { a: 1 } }", "1: server.listen: must be a single value"),
        ("server: { public_url: \"http://h/?a\" }", "1: server.public_url: \"http://h/?a\" has a query, which a base address cannot have"),
        ("server: { tls: { certificate: c.pem } }", "1: server.tls.key: is missing; TLS needs a certificate and its key"),
        (
            "server: { tls: { certificate: none.pem, key: k.pem } }",
            "1: server.tls.certificate: \"none.pem\" is no file that can be read: no such file"
        ),
        ("server: { cors: {} }", "1: server.cors.allow_origins: is missing"),
        ("server: { cors: { allow_origins: [\"https://a/\"] } }", "1: server.cors.allow_origins[0]: \"https://a/\" is neither"),
        ("server: { cors: { allow_origins: [\"*\", \"https://a\"] } }", "1: server.cors.allow_origins: names \"*\" and other origins"),
        ("storage: { media: \"s3://b\" }", "1: storage.media: \"s3://b\" is not a folder such as file:data/media"),
        ("storage: { database: mysql }", "1: storage.database: the value is not sqlite: with the path of a file"),
        ("storage: { database: \"sqlite:data/\" }", "1: storage.database: the value is not sqlite: with the path of a file"),
        (
            "storage: { database: \"postgres://u:pw@h/n\" }",
            "1: storage.database: the value names PostgreSQL; this version keeps tasks in SQLite only"
        ),
        ("fallback: { cooldown: 5 }", "1: fallback.cooldown: \"5\" is neither off nor a duration such as 5s"),
        ("fetch: { allow: [\"10.0.0.7\", \"host\"] }", "1: fetch.allow[1]: \"host\" is neither host:port"),
        ("defaults: { image: test/imge }", "1: defaults.image: \"test/imge\" is no model (did you mean \"test/image\"?)"),
        ("providers: { a: {} }", "1: providers.a: type is missing"),
        ("providers: { a/b: { type: test } }", "1: providers.a/b: \"a/b\" is not a name of letters"),
        ("providers: { test: { type: openai, base_url: \"http://h\" } }", "1: providers.test.type: the name \"test\" belongs"),
        ("providers: { a: { type: infron, project: x, api_key: k } }", "1: providers.a.project: unknown key"),
        ("providers: { a: { type: openai, api_key: \"\" } }", "1: providers.a.api_key: the value is empty"),
        ("providers: { a: { type: openai, api_key: \"a b\" } }", "1: providers.a.api_key: the value holds white space"),
        ("providers: { a: { type: openai, api_key: ${NO} } }", "1: providers.a.api_key: the environment variable NO is not set"),
        ("providers: { a: { type: openai, api_key: ${EMPTY} } }", "1: providers.a.api_key: the value is empty"),
        ("providers: { a: { type: openai } }", "1: providers.a: api_key is missing, and the environment variable OPENAI_API_KEY is"),
        ("providers: { a: { type: test, headers: { Host: x } } }", "1: providers.a.headers.Host: is written by the gateway itself"),
        ("providers: { a: { type: test, headers: { \"a b\": x } } }", "1: providers.a.headers.a b: is not the name of a header"),
        ("providers: { a: { type: test, headers: { A: \"x\\ny\" } } }", "1: providers.a.headers.A: the value holds characters"),
        ("providers: { a: { type: test, proxy: \"https://p:1\" } }", "1: providers.a.proxy: \"https://p:1\" is not a proxy"),
        ("providers: { a: { type: test, ca_file: no.pem } }", "1: providers.a.ca_file: \"no.pem\" is no file that can be read"),
        ("models: { a: {} }", "1: models.a: route is missing"),
        ("models: { a: { route: [] } }", "1: models.a.route: must name at least one provider"),
        ("models: { a: { route: [test, test] } }", "1: models.a.route: names a candidate twice"),
        ("models: { a: { route: [test/] } }", "1: models.a.route[0]: \"test/\" is neither a provider nor provider/upstream-model"),
        ("models: { \"a*b\": { route: [test] } }", "1: models.a*b: \"a*b\" is neither a model name nor"),
        ("models: { a: { route: test, price: { image: free } } }", "1: models.a.price.image: \"free\" is not a price in USD"),
        ("models: { a: { route: test, fallback_on_moderation: yes } }", "1: models.a.fallback_on_moderation: \"yes\" is neither"),
        ("aliases: { test/image: test/slow }", "1: aliases.test/image: is the name of a model, too"),
        ("aliases: { \"a*\": test/slow }", "1: aliases.a*: \"a*\" is not a model name"),
        ("aliases: { a: test/test }", "1: aliases.a: \"test/test\" is no model"),
        ("tiers: { default: { requests_per_minute: many } }", "1: tiers.default.requests_per_minute: \"many\" is not a whole number"),
        ("auth: required", "1: auth: keys are required, but none is configured"),
        ("auth: maybe", "1: auth: \"maybe\" is not one of required, none"),
        ("keys: { name: a }", "1: keys: must be a list"),
        ("keys: [{ name: a }]", "1: keys[0].sha256: is missing"),
        ("keys: [{ name: a, sha256: abc }]", "1: keys[0].sha256: the value is not a SHA-256 of 64 hexadecimal digits"),
    ])
    func `a mistake is told in one line with its place`(text: String, line: String) {
        let mistakes = Loading.mistakes(text, environment: ["EMPTY": ""])
        #expect(mistakes.contains { $0.hasPrefix("z.yaml:\(line)") }, "\(mistakes)")
        #expect(mistakes.allSatisfy { !$0.contains("\n") })
    }

    @Test func `a file that cannot be read is one mistake`() {
        let result = ConfigurationLoader.load(
            file: nil, environment: ["ZOETROPE_CONFIG": "c/z.yaml"], read: { _ in throw Loading.NoFile() }, types: Loading.types)
        guard case .failure(let mistakes) = result else { return #expect(Bool(false), "it was read") }
        #expect(mistakes.description == "c/z.yaml: cannot be read: no such file")
    }

    @Test func `a value that came from the environment is not printed`() {
        let text = "providers:\n  a: { type: test, base_url: \"${URL}\" }"
        let mistakes = Loading.mistakes(text, environment: ["URL": "http://user:hidden@host"])
        #expect(mistakes == ["z.yaml:2: providers.a.base_url: \"${URL}\" is not an http(s) URL"])
    }

    @Test func `what a provider type finds wrong gets its line`() {
        let text = "providers:\n  a:\n    type: openai\n    base_url: http://h\n    project: p\n"
        let result = Loading.load(text) { _ throws(ConfigurationError) in throw ConfigurationError(key: "project", "is not for this") }
        guard case .failure(let mistakes) = result else { return #expect(Bool(false), "nothing was found") }
        #expect(mistakes.description == "z.yaml:5: providers.a.project: is not for this")
    }
}
