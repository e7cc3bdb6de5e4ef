import Media
import Testing

@testable import Providers

@Suite struct `What the fixtures of each provider cover` {
    /// What a provider has no words for, by its documentation or because it is a server of the operator's own; AWS bills afterwards.
    private static let unheardOf: [String: Set<String>] = [
        "automatic1111": ["quota", "moderation"], "comfyui": ["quota", "moderation"], "huggingface": ["moderation"],
        "bedrock": ["quota"],
    ]

    @Test(arguments: ProviderRegistry.descriptions.filter { $0.description != nil }.map(\.type))
    func `a start, a result, no room, an empty account, refused content, a wrong request, and a job that runs where there are jobs`(
        type: String
    ) throws {
        let fixtures = ProviderFixture.all.filter { $0.testDescription.hasPrefix("\(type)/") }
        let kinds = Set(fixtures.compactMap { $0.json["expect"]?["error"]?["kind"]?.string })
        var covered: Set<String> = []
        if fixtures.contains(where: { $0.json["request"] != nil && $0.json["start"] != nil }) { covered.insert("start") }
        if fixtures.contains(where: { $0.json["expect"]?["completed"] != nil }) { covered.insert("completed") }
        if fixtures.contains(where: { $0.json["expect"]?["pending"] != nil }) { covered.insert("pending") }
        if !kinds.isDisjoint(with: ["rateLimited", "overloaded"]) { covered.insert("capacity") }
        if kinds.contains("quotaExhausted") { covered.insert("quota") }
        if kinds.contains("moderated") { covered.insert("moderation") }
        if kinds.contains("invalidRequest") { covered.insert("invalid") }
        var needed: Set = ["start", "completed", "capacity", "quota", "moderation", "invalid"]
        if try makesJobs(type) { needed.insert("pending") }
        #expect(needed.subtracting(covered).subtracting(Self.unheardOf[type] ?? []) == [])
    }

    /// By the models that show what the type can do.
    private func makesJobs(_ type: String) throws -> Bool {
        let description = try #require(ProviderRegistry.descriptions.first { $0.type == type }?.description)
        let provider = try ProviderRegistry.make(ProviderTable.exampleSettings(of: type, description))
        return description.examples.contains { provider.capabilities(for: $0).submitsJobs }
    }
}
