import HTTP
import Media
import Testing

@testable import Configuration

@Suite struct LoadingTests {
    private static let digest = String(repeating: "9f", count: 32)

    @Test func `without a file the built-in models are served on loopback`() throws {
        let configuration = try Loading.load(nil).get()
        #expect(configuration.server.listen.map(\.description) == ["127.0.0.1:8080"])
        #expect(configuration.storage.mediaFolder == "data/media")
        #expect(configuration.storage.retention == .seconds(604_800))
        #expect(configuration.providers.map(\.name) == ["test"])
        #expect(configuration.authentication == .open)
        #expect(configuration.environmentKey == nil)
        #expect(configuration.server.cors == nil)
        #expect(configuration.models.route(for: "test/test")?.candidates.map(\.description) == ["test/image"])
        #expect(configuration.models.route(for: "gpt-image-2") == nil)
    }

    @Test(arguments: [
        "429", "503", "timeout", "refuse", "moderated", "reset-after-send", "slow", "flaky", "video-slow", "video-fails", "video-moderated",
    ])
    func `each failure model goes to the built-in provider`(name: String) throws {
        let route = try Loading.load(nil).get().models.route(for: "test/\(name)")
        #expect(route?.candidates == [Candidate(provider: "test", upstreamModel: name)])
    }

    @Test(arguments: [
        ("test/fallback", ["test/429", "test/503", "test/image"]), ("test/video-fallback", ["test/503", "test/video-fails", "test/video"]),
        ("ir/test-video", ["test/video"]),
    ])
    func `some built-in models show a fallback, and one has an older name`(name: String, candidates: [String]) throws {
        let route = try Loading.load(nil).get().models.route(for: name)
        #expect(route?.candidates.map(\.description) == candidates)
    }

    @Test func `providers whose key variable is set are used without a file`() throws {
        let environment = ["INFRON_API_KEY": "i", "OPENAI_API_KEY": "o", "IMAGEROUTER_API_KEY": ""]
        let configuration = try Loading.load(nil, environment: environment).get()
        #expect(configuration.providers.map(\.name) == ["openai", "infron", "test"])
        #expect(configuration.providers.first?.apiKey?.value == "o")
        let route = configuration.models.route(for: "gpt-image-1.5")
        #expect(route?.candidates.map(\.description) == ["openai/gpt-image-1.5", "infron/openai/gpt-image-1.5/text-to-image"])
    }

    @Test func `a key variable with white space is a mistake without a file`() {
        #expect(
            Loading.mistakes(nil, environment: ["OPENAI_API_KEY": "a\n"])
                == ["OPENAI_API_KEY: the value holds white space or characters that are not ASCII"])
    }

    @Test func `a file without models gives its providers the well-known routes`() throws {
        let text = """
            providers:
              b: { type: imagerouter, api_key: k }
              a: { type: openai, api_key: k }
              c: { type: openai, base_url: "http://h" }
            """
        let models = try Loading.load(text).get().models
        #expect(models.route(for: "gpt-image-2")?.candidates.map(\.description) == ["b/openai/gpt-image-2", "a/gpt-image-2"])
    }

    @Test func `a file uses no provider that it does not name`() throws {
        let configuration = try Loading.load("models: {}", environment: ["OPENAI_API_KEY": "o"]).get()
        #expect(configuration.providers.map(\.name) == ["test"])
    }

    @Test func `everything that can be written is read`() throws {
        let text = """
            server:
              listen: [0.0.0.0:0, "unix:/run/z.sock"]
              public_url: https://images.example/base
              loops: 3
              tls: { certificate: c.pem, key: k.pem }
              limits: { header: 8KiB, body: 2MiB, json: 1MiB, file: 3MiB, connections: 10 }
              timeouts: { header: 1s, idle: 2m, drain: 500ms }
              cors: { allow_origins: ["https://App.example:8443", "http://localhost"] }
            storage: { database: "sqlite:/srv/tasks.db", media: "file:/srv/m", retention: 12h }
            fallback: { deadline: 5m, attempts: 2, cooldown: off, ambiguous: { images: stop, videos: next } }
            fetch: { allow: ["10.0.0.7:9000", "10.1.0.0/16"], max_bytes: 1MiB }
            defaults: { image: painter, video: test/slow }
            providers:
              studio:
                type: openai
                base_url: http://10.0.0.7:8000/v1
                api_key: ${STUDIO_KEY}
                headers: { x-team: blue }
                timeout: 20s
                connect_timeout: 1s
                max_concurrent: 2
                max_queue: 0
                ca_file: ca.pem
                proxy: http://proxy:3128
                organization: org-1
            models:
              gpt: { route: [studio, studio/other/name], price: { image: 0.04 }, ambiguous: stop, fallback_on_moderation: true }
              "any/*": { route: studio }
            aliases: { painter: gpt }
            tiers: { default: { requests_per_minute: 600 }, small: { concurrent_tasks: 1 } }
            keys: [{ name: alice, sha256: "\(Self.digest)", tier: small, webhook_secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw }]
            """
        let configuration = try Loading.load(text, environment: ["STUDIO_KEY": "s"], files: ["c.pem": "", "k.pem": "", "ca.pem": ""]).get()
        try check(configuration.server)
        try check(configuration.providers)
        #expect(configuration.storage == StorageSettings(databasePath: "/srv/tasks.db", mediaFolder: "/srv/m", retention: .seconds(43_200)))
        let fallback = FallbackSettings(deadline: .seconds(300), attempts: 2, ambiguousImages: .stop, ambiguousVideos: .next, cooldown: nil)
        #expect(configuration.fallback == fallback)
        #expect(configuration.fetch.allow.entries.count == 2)
        #expect(configuration.fetch.maximumBytes == 1 << 20)
        #expect(configuration.defaults == ModelDefaults(image: "painter", video: "test/slow"))
        #expect(configuration.tiers == ["default": TierSettings(requestsPerMinute: 600), "small": TierSettings(concurrentTasks: 1)])
        let secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let key = KeySettings(name: "alice", digest: [UInt8](repeating: 0x9F, count: 32), tier: "small", webhookSecret: secret)
        #expect(configuration.keys == [key])
        #expect(configuration.authentication == .required)
    }

    private func check(_ server: ServerSettings) throws {
        #expect(server.listen == [.internet(.v4(0), port: 0), .unix(path: "/run/z.sock")])
        #expect(server.publicURL?.description == "https://images.example/base")
        #expect(server.loops == 3)
        #expect(server.tls == ServerSettings.TLSFiles(certificate: "c.pem", key: "k.pem"))
        #expect(server.limits == ServerSettings.Limits(header: 8192, body: 2 << 20, json: 1 << 20, file: 3 << 20, connections: 10))
        #expect(server.timeouts == ServerSettings.Timeouts(header: .seconds(1), idle: .seconds(120), drain: .milliseconds(500)))
        #expect(server.cors?.allowOrigins == ["https://app.example:8443", "http://localhost"])
    }

    private func check(_ providers: [ProviderSettings]) throws {
        #expect(providers.map(\.name) == ["studio", "test"])
        let studio = try #require(providers.first)
        #expect(studio.baseURL?.description == "http://10.0.0.7:8000/v1")
        #expect(studio.apiKey == Secret("s"))
        #expect(studio.headers.map { "\($0.name): \($0.value)" } == ["x-team: blue"])
        #expect(studio.timeout == .seconds(20))
        #expect(studio.connectTimeout == .seconds(1))
        #expect(studio.maximumConcurrent == 2)
        #expect(studio.maximumQueue == 0)
        #expect(studio.caFile == "ca.pem")
        #expect(studio.proxy?.authority == "proxy:3128")
        #expect(studio.options == ["organization": "org-1"])
    }

    @Test(arguments: [
        ("providers: { a: { type: openai } }", "o"), ("providers: { a: { type: openai, base_url: 'http://h' } }", nil),
        ("providers: { a: { type: openai, base_url: 'http://h', api_key: x } }", "x"),
    ])
    func `a key variable is used for the type's own address alone`(text: String, key: String?) throws {
        let configuration = try Loading.load(text, environment: ["OPENAI_API_KEY": "o"]).get()
        #expect(configuration.providers.first?.apiKey?.value == key)
    }

    @Test func `the built-in provider can be limited`() throws {
        let configuration = try Loading.load("providers: { test: { type: test, max_concurrent: 1 } }").get()
        #expect(configuration.providers.map(\.name) == ["test"])
        #expect(configuration.providers.first?.maximumConcurrent == 1)
    }

    @Test func `the lines of the keys section may all be commented out`() {
        #expect(Loading.mistakes("providers:\nmodels:\nkeys:\nserver:\ntiers:\naliases:\n").isEmpty)
    }
}
