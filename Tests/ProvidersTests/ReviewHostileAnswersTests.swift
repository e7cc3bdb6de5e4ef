import HTTP
import Media
import Testing

@testable import Providers

/// Answers of a hostile upstream: every recorded one with each of its values replaced, one at a time.
@Suite struct `Hostile answers` {
    static let answered = ProviderFixture.all.filter { $0.json["response"]?["json"] != nil || $0.json["resume"] != nil }
    private static let foreign = "https://thief.example/v1/x"
    private static let odd: [JSONValue] = [
        .null, .string(""), .string(foreign), .string(".."), .integer(.max), .integer(.min), .number(1e300), .number(-0.5), .bool(true), [],
        .object([:]), [[["x"]]], .string(String(repeating: "a/../", count: 1000)),
    ]

    @Test(arguments: answered)
    func `whatever an answer holds, it is judged, and nobody else is asked`(_ fixture: ProviderFixture) throws {
        let provider = try fixture.provider()
        let step = fixture.step(at: provider)
        for json in Self.changed(fixture.json["response"]?["json"] ?? .null) {
            guard var response = fixture.response else { break }
            response.body = json.serialized()
            do throws(UpstreamError) {
                let generation = try provider.generation(from: response, at: step)
                guard case .pending(let operation, let progress, _) = generation else { continue }
                #expect((1...4096).contains(operation.id.utf8.count) && (0...100).contains(progress ?? 0))
                check(operation, at: provider)
            } catch {
                #expect(error.message.utf8.count < 2000 && !error.message.contains("\n"))
            }
        }
    }

    @Test(arguments: answered)
    func `what is remembered of a job leads to nobody else`(_ fixture: ProviderFixture) throws {
        let step = fixture.step()
        guard let operation = step.operation else { return }
        let provider = try fixture.provider()
        for json in Self.changed(.object(operation.state)) {
            var changed = operation
            changed.state = json.object ?? [:]
            check(changed, at: provider)
        }
        for id in ["../x", "a?b=c", "a#b", "%2e%2e", "a/b", "x\r\ny"] {
            var changed = operation
            changed.id = id
            check(changed, at: provider)
        }
    }

    private func check(_ operation: RemoteOperation, at provider: any Provider) {
        for step in [Step.resume(operation), .cancel(operation)] {
            guard let request = try? provider.request(for: step) else { continue }
            let url = request.url
            #expect(url.host != "thief.example")
            #expect(!url.path.split(separator: "/").contains { $0 == ".." || $0 == "." })
            #expect(!url.description.utf8.contains { $0 <= 0x20 })
        }
    }

    /// The value with one of those in it replaced, for each of them and each odd one; some of the many.
    private static func changed(_ json: JSONValue) -> [JSONValue] {
        var all: [JSONValue] = [json] + odd
        switch json {
        case .array(let items):
            for (index, item) in items.prefix(3).enumerated() {
                for other in changed(item) {
                    var copy = items
                    copy[index] = other
                    all.append(.array(copy))
                }
            }
        case .object(let members):
            for (key, value) in members {
                for other in changed(value) {
                    var copy = members
                    copy[key] = other
                    all.append(.object(copy))
                }
            }
        case .null, .bool, .integer, .number, .string: break
        }
        return all
    }
}
