import HTTP
import Media

/// Turns a request's inputs into what a provider takes; each input is fetched and encoded once for the whole call.
struct InputPreparation {
    /// Of a mask that cannot be had in another form.
    package static let maskCode = "invalid_mask"

    private let environment: DispatchEnvironment
    private var fetched: [String: MediaInput] = [:]
    private var encoded: [String: String] = [:]
    private var published: [String: String] = [:]
    private var masks: [Capabilities.MaskForm: MediaInput] = [:]

    init(_ environment: DispatchEnvironment) {
        self.environment = environment
    }

    /// - Returns: why an input cannot be had, which no other provider would change; nil when the request is ready.
    @inline(never)
    mutating func prepare(_ request: inout GenerationRequest, for adapted: CapabilityFilter.Adapted) async -> UpstreamError? {
        do throws(UpstreamError) {
            for index in request.inputs.indices {
                request.inputs[index] = try await prepared(request.inputs[index], "image-\(index)", adapted.capabilities.value)
            }
            if let mask = request.mask { request.mask = try await prepared(mask: mask, adapted.capabilities.value) }
            if case .given(let video) = request.source {
                var capabilities = adapted.capabilities.value
                capabilities.inputForm = capabilities.videoForm ?? capabilities.inputForm
                request.source = .given(try await prepared(video, "video", capabilities))
            }
            return nil
        } catch {
            var error = error
            if error.kind != .cancelled { error.kind = .invalidRequest }
            error.progress = .notSent
            return error
        }
    }

    private mutating func prepared(
        _ input: MediaInput, _ key: String, _ capabilities: Capabilities
    ) async throws(UpstreamError) -> MediaInput {
        var input = input
        if input.isURL {
            if capabilities.acceptsInputURLs { return input }
            input = try await fetch(input, key)
        }
        switch (input.content, capabilities.inputForm) {
        case (.data(let source), .base64): input.content = .base64(try await encode(source, key))
        case (.data, .address): if let url = await publish(input, key) { input.content = .url(url) }
        case (.data, .data), (.data, .upload), (.base64, _), (.url, _), (.uploaded, _): break
        }
        return input
    }

    /// In the form that the provider marks changes with; such a mask is made of bytes, so one named by an address is fetched.
    private mutating func prepared(mask: MediaInput, _ capabilities: Capabilities) async throws(UpstreamError) -> MediaInput {
        guard capabilities.maskForm != .alpha else { return try await prepared(mask, "mask", capabilities) }
        let key = "mask-\(capabilities.maskForm)"
        if let known = masks[capabilities.maskForm] { return try await prepared(known, key, capabilities) }
        var mask = mask.isURL ? try await fetch(mask, "mask") : mask
        if case .data(let source) = mask.content {
            let bytes = try await environment.read(source).get()
            let converted = try await environment.convertMask(bytes, capabilities.maskForm).get()
            mask = MediaInput(content: .data(ByteSource(converted)), type: .png, fileName: "mask.png")
        }
        masks[capabilities.maskForm] = mask
        return try await prepared(mask, key, capabilities)
    }

    /// There is something to take back.
    var hasPublished: Bool { !published.isEmpty }

    /// Takes back what was published: it was for this call alone.
    @inline(never)
    mutating func withdraw() async {
        for address in published.values { await environment.withdraw(address) }
        published = [:]
    }

    private mutating func publish(_ input: MediaInput, _ key: String) async -> String? {
        if let known = published[key] { return known }
        let url = await environment.publish(input)
        published[key] = url
        return url
    }

    private mutating func fetch(_ input: MediaInput, _ key: String) async throws(UpstreamError) -> MediaInput {
        if let known = fetched[key] { return known }
        let answer = try await environment.fetch(input).get()
        fetched[key] = answer
        return answer
    }

    private mutating func encode(_ source: ByteSource, _ key: String) async throws(UpstreamError) -> String {
        if let known = encoded[key] { return known }
        let text = await environment.encode(try await environment.read(source).get())
        encoded[key] = text
        return text
    }
}
