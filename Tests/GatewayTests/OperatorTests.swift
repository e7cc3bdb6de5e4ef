import GatewayTesting
import HTTP
import Media
import Testing

@testable import Gateway

/// What operators see, and others do not.
@Suite(.timeLimit(.minutes(1))) struct OperatorTests {
    private static let cat: JSONValue = ["model": "cat-1", "prompt": "a cat"]
    private static let ops = "key-of-ops"

    /// Tasks of alice and bob, and one of each that is over.
    private func house() async throws -> (TaskFixture, alice: String, bob: String) {
        let fixture = TaskFixture()
        let (alice, bob) = (try await fixture.submit(), try await fixture.submit(owner: "bob"))
        _ = await fixture.finished(alice)
        _ = await fixture.finished(bob)
        return (fixture, alice.id, bob.id)
    }

    private func ids(_ answer: Answer) -> Set<String> {
        Set((answer.json["data"]?.array ?? []).compactMap { $0["id"]?.string })
    }

    @Test(arguments: [("key-of-alice", "alice", "user"), ("key-of-ops", "ops", "admin")])
    func `a key is told its name, role and tier`(key: String, name: String, role: String) async {
        let answer = await GatewayServices.make().send(.get, "/v1/me", key: key)
        #expect(answer.json == ["object": "key", "name": .string(name), "role": .string(role), "tier": "default"])
    }

    @Test func `without keys everybody is the operator`() async {
        let services = GatewayServices.make(keys: KeyRing(keys: [], isOpen: true))
        #expect(await services.send(.get, "/v1/me", key: nil).json["role"] == "admin")
        #expect(await services.send(.get, "/metrics", key: nil).status == 200)
        #expect(await GatewayServices.make().send(.get, "/v1/me", key: nil).status == 401)
    }

    @Test func `operators see the tasks of all keys with their owners, others their own`() async throws {
        let (fixture, alice, bob) = try await house()
        let all = await fixture.services.send(.get, "/v1/tasks", key: Self.ops)
        #expect(ids(all) == [alice, bob])
        #expect(Set((all.json["data"]?.array ?? []).compactMap { $0["owner"]?.string }) == ["alice", "bob"])
        #expect(ids(await fixture.services.send(.get, "/v1/tasks?owner=bob", key: Self.ops)) == [bob])
        #expect(ids(await fixture.services.send(.get, "/v1/tasks?owner=nobody", key: Self.ops)).isEmpty)
        let own = await fixture.services.send(.get, "/v1/tasks")
        #expect(ids(own) == [alice] && own.json["data"]?.array?.first?["owner"] == nil)
        #expect(ids(await fixture.services.send(.get, "/v1/tasks?owner=alice")) == [alice])
        let foreign = await fixture.services.send(.get, "/v1/tasks?owner=bob")
        #expect(foreign.status == 200 && ids(foreign).isEmpty && foreign.json["has_more"] == false)
    }

    @Test func `a task of another key is there for operators alone`() async throws {
        let (fixture, alice, bob) = try await house()
        for path in ["/v1/tasks/\(bob)", "/v1/tasks/\(bob)/events"] {
            #expect(await fixture.services.send(.get, path).status == 404)
            #expect(await fixture.services.send(.get, path, key: Self.ops).text.contains("\"owner\":\"bob\""))
            #expect(await fixture.services.send(.get, path, key: "key-of-bob").text.contains("owner") == false)
        }
        #expect(await fixture.services.send(.post, "/v1/tasks/\(bob)/cancel").status == 404)
        #expect(await fixture.services.send(.post, "/v1/tasks/\(bob)/cancel", key: Self.ops).status == 200)
        #expect(await fixture.services.send(.delete, "/v1/tasks/\(bob)").status == 404)
        #expect(await fixture.services.send(.get, "/v1/images/tasks/\(alice)").status == 200)
        #expect(await fixture.services.send(.get, "/v1/images/tasks/\(alice)", key: Self.ops).status == 404)
    }

    @Test(arguments: ["key-of-alice", "key-of-ops"])
    func `a deleted task is gone with its files`(key: String) async throws {
        let (fixture, alice, bob) = try await house()
        let names = fixture.store.rows.flatMap(\.outputs).compactMap { output -> String? in
            if case .stored(let name) = output.content { name } else { nil }
        }
        #expect(names.count == 2)
        let answer = await fixture.services.send(.delete, "/v1/tasks/\(alice)", key: key)
        #expect(answer.status == 200 && answer.json == ["id": .string(alice), "object": "task", "deleted": true])
        #expect(await fixture.services.send(.delete, "/v1/tasks/\(alice)", key: key).status == 404)
        #expect(fixture.store.rows.map(\.id) == [bob])
        var left = 0
        for name in names where (try? await fixture.media.file(named: name)) != nil { left += 1 }
        #expect(left == 1)
    }

    @Test func `others learn of providers what they need to choose`() async throws {
        let services = GatewayServices.make(transport: ScriptedTransport(["a": [.answer(503)]]))
        _ = await services.post("/v1/images/generations", Self.cat)
        let data = await services.send(.get, "/v1/providers").json["data"]?.array ?? []
        #expect(data.map { $0["id"]?.string } == ["a", "b"])
        #expect(data.map { $0["status"]?.string } == ["cooling", "available"])
        #expect(data.allSatisfy { $0.object?.keys == ["id", "object", "type", "status", "available_at"] })
        #expect((data.first?["available_at"]?.int ?? 0) > 1_000_000 && data.last?["available_at"] == .null)
    }

    @Test func `operators learn why, and what became of the last hour`() async throws {
        let services = GatewayServices.make(transport: ScriptedTransport(["a": [.answer(401)]]))
        for _ in 0..<2 { _ = await services.post("/v1/images/generations", Self.cat) }
        let data = await services.send(.get, "/v1/providers", key: Self.ops).json["data"]?.array ?? []
        let (first, second) = (try #require(data.first), try #require(data.last))
        #expect(first["status"] == "refused" && first["reason"] == "it refuses our key" && first["in_flight"] == 0)
        #expect(first["max_concurrent"] == .null && first["max_queue"] == .null && first["queued"] == 0)
        #expect(first["last_hour"]?["attempts"] == 1 && first["last_hour"]?["success_rate"]?.double == 0)
        #expect(first["last_hour"]?["p50_ms"] == .null && first["last_hour"]?["p95_ms"] == .null)
        #expect(second["reason"] == .null && second["last_hour"]?["succeeded"] == 2 && second["last_hour"]?["success_rate"]?.double == 1)
        #expect((second["last_hour"]?["p50_ms"]?.int ?? 0) > 0)
    }
}
