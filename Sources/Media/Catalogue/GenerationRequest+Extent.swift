/// How much of a video or an image is asked for, also where a provider's own words say it: those are passed on, and billed.
extension GenerationRequest {
    /// Seconds of a video; nil: left to the provider.
    package var length: Int? {
        seconds ?? GenerationRequest.lengthFields.lazy.compactMap { extras[$0]?.extent }.first.map { Int($0.rounded(.up)) }
    }

    /// Pixels of an image; nil: left to the provider.
    package var area: Double? {
        if case .pixels(let width, let height) = size { return Double(width) * Double(height) }
        let own = extras["image_size"]?.object ?? extras
        guard let width = own["width"]?.extent, let height = own["height"]?.extent else { return nil }
        return width * height
    }

    private static let lengthFields = ["duration", "seconds", "duration_seconds", "durationSeconds", "video_length", "length"]
}

extension JSONValue {
    /// A number above 0, or a text such as `8` or `8s`; nil for what nobody makes.
    fileprivate var extent: Double? {
        let told = double ?? string.flatMap { Double($0.hasSuffix("s") ? $0.dropLast() : $0[...]) }
        return told.flatMap { (0.001...100_000).contains($0) ? $0 : nil }
    }
}
