import HTTP
import Media
import Testing

@testable import Providers

/// Requests of a hostile caller: what it adds leads no answer elsewhere, and what it writes in odd types breaks nothing.
@Suite struct `Hostile requests` {
    static let started = ProviderFixture.all.filter { $0.json["request"] != nil && $0.json["start"] != nil }
    private static let delivery = [
        "callback", "callback_url", "callbackUrl", "webhook", "webhook_url", "webhook_secret", "webhook_config", "webhook_events_filter",
        "fal_webhook", "sync_mode", "storage_uri", "storageUri", "outputGcsUri", "previous_interaction_id", "previous_job_id",
    ]
    private static let read = [
        "aspect_ratio", "resolution", "image_size", "strength", "denoising_strength", "cfgScale", "task_type", "mode", "generationConfig",
        "colors", "mask_prompt", "json_prompt", "style", "edit_mode", "last_frame", "generate_audio", "negative_prompt", "scale", "media",
        "size", "image_reference", "enable_safety_checker",
    ]
    private static let odd: [JSONValue] = [
        .bool(true), .integer(.min), .number(1e300), .string("a\r\nb: c\"; x"), [[]], ["x": ["y": [.null]]],
    ]

    @Test(arguments: started)
    func `results come through the gateway alone`(_ fixture: ProviderFixture) throws {
        let extras = JSONObject(Self.delivery.map { ($0, .string("https://thief.example/x")) })
        guard let sent = request(fixture, at: try fixture.provider(), adding: extras) else { return }
        let text = String(decoding: Rendered.request(sent).serialized(), as: UTF8.self)
        #expect(!text.contains("thief.example"))
    }

    @Test(arguments: started)
    func `odd types are sent or refused`(_ fixture: ProviderFixture) throws {
        let provider = try fixture.provider()
        for value in Self.odd {
            for name in Self.read {
                guard let sent = request(fixture, at: provider, adding: [name: value]) else { continue }
                sent.fields.forEach { _, value in #expect(!value.utf8.contains { $0 < 0x20 }) }
            }
        }
    }

    /// nil where it is refused.
    private func request(_ fixture: ProviderFixture, at provider: any Provider, adding extras: JSONObject) -> UpstreamRequest? {
        guard case .start(var request) = fixture.step() else { return nil }
        for (name, value) in extras { request.extras[name] = value }
        if fixture.json["dispatched"]?.bool == true {
            let capabilities = provider.capabilities(for: request.model, request.operation)
            guard case .can(let adapted) = CapabilityFilter.verdict(on: request, with: SharedCapabilities(capabilities)) else { return nil }
            request = adapted.request
        }
        return try? provider.request(for: .start(request))
    }
}
