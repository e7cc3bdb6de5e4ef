import HTTP
import Media
import Testing

@testable import Providers

@Suite struct `Provider fixtures` {
    @Test(arguments: ProviderFixture.all)
    func `each step gives its request, and each answer its meaning`(_ fixture: ProviderFixture) throws {
        let provider = try fixture.provider()
        if let verdict = fixture.verdict(of: provider) { expect(verdict, toBe: fixture) }
        let step = fixture.step(at: provider)
        if let expected = fixture.json["request"] {
            #expect(Rendered.request(try provider.request(for: step)) == expected)
        }
        if let expected = fixture.json["refused"] {
            let error = #expect(throws: UpstreamError.self) { _ = try provider.request(for: step) }
            expect(try #require(error), toBe: expected)
        }
        if let response = fixture.response {
            expect(fixture.json["expect"] ?? .null) { Rendered.generation(try provider.generation(from: response, at: step)) }
        }
        for event in fixture.json["events"]?.array ?? [] {
            let data = event["data"]?.string ?? String(decoding: (event["data"] ?? .null).serialized(), as: UTF8.self)
            expect(event["expect"] ?? .null) {
                Rendered.event(try provider.event(from: ServerSentEvent(event: event["event"]?.string, data: data), at: step))
            }
        }
    }

    @Test func `every fixture checks something`() {
        let checks = ["request", "refused", "response", "events", "cannot"]
        #expect(ProviderFixture.all.count > 80)
        #expect(ProviderFixture.all.allSatisfy { fixture in checks.contains { fixture.json[$0] != nil } })
    }

    @Test(arguments: ProviderFixture.all)
    func `no error repeats a key or the prompt`(_ fixture: ProviderFixture) throws {
        guard let response = fixture.response else { return }
        let step = fixture.step()
        do { _ = try fixture.provider().generation(from: response, at: step) } catch let error as UpstreamError {
            let settings = try fixture.settings()
            let keys = [settings.apiKey].compactMap(\.self) + settings.secrets.values
            for key in keys { #expect(!error.message.contains(key.value)) }
            #expect(!error.message.contains("red kite"))
        }
    }

    /// `cannot` is the obstacle's message, `warnings` what is told of a request that is sent in other words.
    private func expect(_ verdict: CapabilityFilter.Verdict, toBe fixture: ProviderFixture) {
        switch verdict {
        case .cannot(let obstacle): #expect(obstacle.message == fixture.json["cannot"]?.string)
        case .can(let adapted):
            #expect(fixture.json["cannot"] == nil)
            let told = adapted.warnings.map { JSONValue.string("\($0.field): \($0.message)") }
            #expect(JSONValue.array(told) == fixture.json["warnings"] ?? [])
        }
    }

    private func expect(_ expected: JSONValue, of render: () throws -> JSONValue) {
        do {
            #expect(try render() == expected)
        } catch let error as UpstreamError {
            expect(error, toBe: expected["error"] ?? .null)
        } catch {
            Issue.record(error)
        }
    }

    /// The message counts where the fixture has one.
    private func expect(_ error: UpstreamError, toBe expected: JSONValue) {
        var json = Rendered.error(error).object ?? [:]
        if expected["message"] == nil { json.removeValue(forKey: "message") }
        #expect(JSONValue.object(json) == expected)
    }
}
