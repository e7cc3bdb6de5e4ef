import Media

extension Budget {
    init(_ section: Section<BudgetKey>) {
        self.init(day: section.value(.day, Parse.price), month: section.value(.month, Parse.price))
    }
}

extension AssumedPrice {
    /// The default where nothing is written.
    init(_ section: Section<AssumedPriceKey>) {
        self.init()
        image = section.value(.image, Parse.price) ?? image
        second = section.value(.second, Parse.price) ?? second
    }
}
