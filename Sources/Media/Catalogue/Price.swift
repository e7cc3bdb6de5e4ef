/// What a result costs, in USD. What is not known is unknown, never zero.
package struct Price: Sendable, Hashable {
    /// Of one image.
    package var image: Double?
    /// Of one second of video.
    package var second: Double?
    /// Of one million pixels of an image.
    package var megapixel: Double?
    /// Of one image by the quality that is asked for; `image` holds for all others.
    package var byQuality: [String: Double]

    package init(image: Double? = nil, second: Double? = nil, megapixel: Double? = nil, byQuality: [String: Double] = [:]) {
        self.image = image
        self.second = second
        self.megapixel = megapixel
        self.byQuality = byQuality
    }

    /// Nothing is known.
    package var isEmpty: Bool { image == nil && second == nil && megapixel == nil && byQuality.isEmpty }

    /// USD for results of a request, by what it asks for; nil where that does not tell: a length or a size that is left to the provider.
    /// - Parameter count: images or videos that were made, or are asked for.
    package func cost(of count: Int, _ request: GenerationRequest) -> Double? {
        guard let one = request.operation.isVideo ? video(request) : picture(request) else { return nil }
        return one * Double(count)
    }

    private func video(_ request: GenerationRequest) -> Double? {
        guard let second, let seconds = request.length else { return nil }
        return second * Double(seconds)
    }

    private func picture(_ request: GenerationRequest) -> Double? {
        if let price = request.quality.flatMap({ byQuality[$0] }) ?? image { return price }
        guard let megapixel, let area = request.area else { return nil }
        return megapixel * area / 1_000_000
    }
}
