import Glibc

/// Width to height, as `16:9`.
package struct AspectRatio: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let width: Int
    package let height: Int

    /// nil unless both are positive.
    package init?(width: Int, height: Int) {
        guard width > 0, height > 0 else { return nil }
        self.width = width
        self.height = height
    }

    /// nil for what is neither `16:9` nor `16x9`.
    package init?(parsing text: String) {
        let sides = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "x" }.map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1], width <= 10_000, height <= 10_000 else { return nil }
        self.init(width: width, height: height)
    }

    /// For lists in the code; what is no ratio is a mistake there.
    package init(stringLiteral text: String) {
        guard let ratio = AspectRatio(parsing: text) else { preconditionFailure("\(text) is no ratio") }
        self = ratio
    }

    /// `16:9`.
    package var description: String { text(separator: ":") }

    /// `16x9`.
    package func text(separator: String) -> String { "\(width)\(separator)\(height)" }

    /// Both sides are in the same relation.
    package func isSimilar(to other: AspectRatio) -> Bool {
        width.multipliedFullWidth(by: other.height) == height.multipliedFullWidth(by: other.width)
    }

    /// The ratio that stretches a picture least; the earlier of two that are alike. nil for an empty list.
    package func nearest(in ratios: [AspectRatio]) -> AspectRatio? {
        ratios.min { distance(to: $0) < distance(to: $1) - 1e-9 }
    }

    private func distance(to other: AspectRatio) -> Double {
        abs(log(Double(width) * Double(other.height) / (Double(height) * Double(other.width))))
    }
}

/// A step of resolution by its name at a provider: `2K`, `720p`.
package struct SizeTier: Sendable, Hashable {
    package var name: String
    /// Pixels: of a square of the same area, or of the short side, as the rule says.
    package var side: Int

    package init(_ name: String, _ side: Int) {
        self.name = name
        self.side = side
    }
}

/// How a provider takes sizes that it does not take in pixels: as a ratio, and perhaps a step of resolution.
package struct ShapeRule: Sendable, Hashable {
    /// Empty: the provider takes no ratio.
    package var ratios: [AspectRatio]
    /// From small to large; empty: the provider has one resolution.
    package var tiers: [SizeTier]
    package var measure: Measure

    package enum Measure: Sendable, Hashable {
        /// A tier's side squared is the picture's area: image models.
        case area
        /// A tier's side is the picture's short side: video models.
        case shortSide
    }

    package init(_ ratios: [AspectRatio] = [], tiers: [SizeTier] = [], measure: Measure = .area) {
        self.ratios = ratios
        self.tiers = tiers
        self.measure = measure
    }
}

/// A size as a provider with a `ShapeRule` takes it.
package struct Shape: Sendable, Hashable {
    /// One of the rule's; nil: the provider's choice.
    package var ratio: AspectRatio?
    /// The name of one of the rule's tiers; nil: the provider's choice.
    package var tier: String?

    package init(ratio: AspectRatio? = nil, tier: String? = nil) {
        self.ratio = ratio
        self.tier = tier
    }
}

extension ShapeRule {
    /// The shape nearest to a size in pixels, and whether it is just that size.
    package func shape(of width: Int, _ height: Int) -> (shape: Shape, isExact: Bool) {
        guard let wanted = AspectRatio(width: width, height: height) else { return (Shape(), false) }
        let ratio = wanted.nearest(in: ratios)
        let side = measured(width, height)
        let tier = tiers.min { distance($0, side) < distance($1, side) }
        let isSameSide = tier.map { Double($0.side) == side } ?? false
        return (Shape(ratio: ratio, tier: tier?.name), isSameSide && ratio.map(wanted.isSimilar) ?? false)
    }

    private func measured(_ width: Int, _ height: Int) -> Double {
        switch measure {
        case .area: (Double(width) * Double(height)).squareRoot()
        case .shortSide: Double(min(width, height))
        }
    }

    private func distance(_ tier: SizeTier, _ side: Double) -> Double { abs(Double(tier.side) - side) }
}

/// Sizes in pixels that a provider takes: any within bounds, in steps.
package struct SizeGrid: Sendable, Hashable {
    /// Both sides are multiples of it.
    package var step: Int
    /// Of each side.
    package var sides: ClosedRange<Int>
    /// Of the whole picture; nil: no further bound.
    package var maximumPixels: Int?

    package init(step: Int, sides: ClosedRange<Int>, maximumPixels: Int? = nil) {
        self.step = step
        self.sides = sides
        self.maximumPixels = maximumPixels
    }

    /// The size nearest to a wanted one: shrunk or enlarged as a whole where it is out of bounds, then rounded to the step.
    package func fitted(width: Int, height: Int) -> (width: Int, height: Int) {
        var scale = 1.0
        let (wide, high) = (Double(max(width, 1)), Double(max(height, 1)))
        if let maximumPixels { scale = min(scale, (Double(maximumPixels) / (wide * high)).squareRoot()) }
        scale = min(scale, Double(sides.upperBound) / max(wide, high))
        scale = max(scale, Double(sides.lowerBound) / min(wide, high))
        return bounded(rounded(wide * scale), rounded(high * scale))
    }

    /// A long side that a short one has made too large for the area is cut.
    private func bounded(_ width: Int, _ height: Int) -> (width: Int, height: Int) {
        guard let maximumPixels, width * height > maximumPixels else { return (width, height) }
        let short = min(width, height)
        let long = max(maximumPixels / short / step * step, short)
        return width > height ? (long, short) : (short, long)
    }

    /// Down where the picture's area is bounded, else to the nearest step.
    private func rounded(_ side: Double) -> Int {
        let steps = side / Double(step)
        let rounded = Int(maximumPixels == nil ? steps.rounded() : (steps + 1e-6).rounded(.down)) * step
        let lowest = (sides.lowerBound + step - 1) / step * step
        return min(max(rounded, lowest), sides.upperBound / step * step)
    }
}
