/// A rectangle of whole pixels.
struct Box: Hashable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    var isEmpty: Bool { width <= 0 || height <= 0 }

    func inset(_ amount: Int) -> Box {
        Box(x: x + amount, y: y + amount, width: width - 2 * amount, height: height - 2 * amount)
    }

    /// A box of this size in the middle of this one.
    func centred(width: Int, height: Int) -> Box {
        Box(x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width, height: height)
    }

    /// The smallest box with the proportions of `width` to `height` that covers this one, around the same centre.
    func covered(byWidth width: Int, height: Int) -> Box {
        self.width * height > self.height * width
            ? centred(width: self.width, height: max(1, self.width * height / width))
            : centred(width: max(1, self.height * width / height), height: self.height)
    }

    /// The largest box with the proportions of `width` to `height` inside this one, around the same centre.
    func fitting(width: Int, height: Int) -> Box {
        self.width * height < self.height * width
            ? centred(width: self.width, height: max(1, self.width * height / width))
            : centred(width: max(1, self.height * width / height), height: self.height)
    }
}
