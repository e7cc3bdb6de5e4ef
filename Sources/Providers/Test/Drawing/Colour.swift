/// An opaque colour.
struct Colour: Hashable {
    var red: UInt8
    var green: UInt8
    var blue: UInt8

    static let white = Colour(red: 255, green: 255, blue: 255)
    static let ink = Colour(red: 16, green: 18, blue: 30)

    init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// - Parameters:
    ///   - hue: turns; only the fraction counts.
    ///   - saturation: 0 to 1.
    ///   - lightness: 0 to 1.
    init(hue: Double, saturation: Double, lightness: Double) {
        let amplitude = saturation * min(lightness, 1 - lightness)
        func channel(_ offset: Double) -> UInt8 {
            let position = (offset + (hue - hue.rounded(.down)) * 12).truncatingRemainder(dividingBy: 12)
            let value = lightness - amplitude * max(-1, min(position - 3, 9 - position, 1))
            return UInt8(max(0, min(255, (value * 255).rounded())))
        }
        self.init(red: channel(0), green: channel(8), blue: channel(4))
    }

    /// - Parameter share: of `other`, 0 to 1.
    func mixed(with other: Colour, share: Double) -> Colour {
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Double(a) + (Double(b) - Double(a)) * share).rounded()) }
        return Colour(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
    }
}
