import HTTP
package import Media

/// Inputs as texts inside JSON, for providers whose `inputForm` is `base64`.
package enum InputReference {
    /// An address as it is, everything else as a data URI.
    /// - Throws: an error of kind `invalidRequest` for an input that was not made base64 before.
    package static func urlOrDataURI(_ input: MediaInput) throws(UpstreamError) -> String {
        if case .url(let text) = input.content { return text }
        let (base64, type) = try inline(input)
        return "data:\(type?.rawValue ?? "application/octet-stream");base64,\(base64)"
    }

    /// An address as it is, everything else as base64 without a prefix.
    /// - Throws: as `urlOrDataURI`.
    package static func urlOrBase64(_ input: MediaInput) throws(UpstreamError) -> String {
        if case .url(let text) = input.content { return text }
        return try inline(input).base64
    }

    /// Base64 without a prefix, and the type by its first bytes.
    /// - Throws: an error of kind `invalidRequest` also for an address.
    package static func inline(_ input: MediaInput) throws(UpstreamError) -> (base64: String, type: MediaType?) {
        switch input.content {
        case .base64(let text): return (text, input.type ?? sniffed(text))
        case .data(.bytes(let bytes)): return (Base64.encode(bytes), input.type ?? MediaType(sniffing: bytes))
        case .data(.file), .url, .uploaded: throw notAtHand("base64")
        }
    }

    /// A public address.
    /// - Throws: an error of kind `invalidRequest` for everything else.
    package static func address(_ input: MediaInput) throws(UpstreamError) -> String {
        guard case .url(let text) = input.content else { throw notAtHand("a public address") }
        return text
    }

    /// The provider's own name, as a `Step.upload` has given it.
    /// - Throws: an error of kind `invalidRequest` for an input that was not uploaded.
    package static func uploaded(_ input: MediaInput) throws(UpstreamError) -> String {
        guard case .uploaded(let name) = input.content else { throw notAtHand("an upload") }
        return name
    }

    /// Several inputs by one of the functions above.
    package static func list(
        _ inputs: [MediaInput], _ reference: (MediaInput) throws(UpstreamError) -> String
    ) throws(UpstreamError) -> JSONValue {
        var list: [JSONValue] = []
        for input in inputs { list.append(.string(try reference(input))) }
        return .array(list)
    }

    /// The video that another one is made from, for providers that know none by a lasting name.
    /// - Throws: as `reference`, and an error of kind `invalidRequest` for a video that is not kept any more, or is missing.
    package static func video(
        _ source: SourceVideo?, _ reference: (MediaInput) throws(UpstreamError) -> String = urlOrDataURI
    ) throws(UpstreamError) -> String {
        switch source {
        case .given(let video): return try reference(video)
        case .made: throw .unsayable("video", "that video is not kept any more: send the video itself")
        case nil: throw .unsayable("video", "a video to start from is needed")
        }
    }

    /// The same as a public address.
    package static func videoAddress(_ source: SourceVideo?) throws(UpstreamError) -> String {
        try video(source) { video throws(UpstreamError) in
            guard case .url(let text) = video.content else {
                throw .unsayable("video", "a video is taken by its public address alone")
            }
            return text
        }
    }

    private static func notAtHand(_ form: String) -> UpstreamError {
        UpstreamError(.invalidRequest, .notSent, field: "image", message: "an input image is not at hand as \(form)")
    }

    /// 24 characters are 18 bytes, enough to know an image by.
    private static func sniffed(_ base64: String) -> MediaType? {
        guard let head = try? Base64.decode(String(base64.prefix(24))) else { return nil }
        return MediaType(sniffing: head)
    }
}
