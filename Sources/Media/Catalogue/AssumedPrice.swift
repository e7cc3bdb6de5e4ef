/// What results are counted as whose price nobody knows: never nothing.
package struct AssumedPrice: Sendable, Hashable {
    /// USD of one image.
    package var image: Double
    /// USD of one second of video.
    package var second: Double

    package init(image: Double = 0.10, second: Double = 0.50) {
        self.image = image
        self.second = second
    }

    /// Seconds of a video whose length is left to the provider.
    package static let seconds = 8
    /// Pixels of an image whose size is left to the provider.
    private static let size = Size.pixels(width: 1024, height: 1024)

    /// USD for results of a request; what a known price needs and the request does not tell, is assumed, too.
    /// - Parameter count: images or videos.
    package func cost(of count: Int, _ request: GenerationRequest, price: Price?) -> Double {
        if let price, let likely = AssumedPrice.cost(of: count, request, by: price) { return likely }
        let one = request.operation.isVideo ? second * Double(request.length ?? AssumedPrice.seconds) : image
        return one * Double(count)
    }

    private static func cost(of count: Int, _ request: GenerationRequest, by price: Price) -> Double? {
        if let known = price.cost(of: count, request) { return known }
        var asked = request
        if asked.operation.isVideo { asked.seconds = asked.length ?? AssumedPrice.seconds } else { asked.size = AssumedPrice.size }
        if let likely = price.cost(of: count, asked) { return likely }
        // The quality is left to the provider, who may take its best.
        guard !asked.operation.isVideo, let dearest = price.byQuality.values.max() else { return nil }
        return dearest * Double(count)
    }
}
