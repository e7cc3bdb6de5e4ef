/// What may be spent in a period, in USD; nil: any amount. Days and months are those of UTC.
package struct Budget: Sendable, Hashable {
    package var day: Double?
    package var month: Double?

    package init(day: Double? = nil, month: Double? = nil) {
        self.day = day
        self.month = month
    }

    package var isEmpty: Bool { day == nil && month == nil }

    /// This one, with another's where it sets no limit.
    package func or(_ other: Budget) -> Budget {
        Budget(day: day ?? other.day, month: month ?? other.month)
    }
}
