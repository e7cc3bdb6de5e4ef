/// What attempts have made and cost, summed up.
package struct Usage: Sendable, Hashable {
    package var attempts = 0
    package var failures = 0
    package var images = 0
    /// Milliseconds of video that were asked for and made; lengths that nobody told count as nothing.
    package var videoMilliseconds = 0
    /// With what is assumed.
    package var cost = Amount.zero
    /// The part of `cost` of which the price is not known, or which may not have been billed.
    package var assumedCost = Amount.zero

    package init() {}

    /// Of one attempt. What may have been billed counts as if it had been.
    /// - Parameters:
    ///   - made: its results.
    ///   - asked: the results that it was to make.
    ///   - request: what was asked for.
    ///   - price: nil: unknown.
    package init(
        of attempt: borrowing Attempt, made: Int, asked: Int, _ request: borrowing GenerationRequest, price: borrowing Price?,
        assumed: AssumedPrice
    ) {
        let isVideo = request.operation.isVideo
        attempts = 1
        failures = made > 0 ? 0 : 1
        images = isVideo ? 0 : made
        videoMilliseconds = isVideo ? made * (request.length ?? 0) * 1000 : 0
        if let told = attempt.cost {
            cost = Amount(dollars: told)
        } else if attempt.billed != .no || made > 0 {
            assumedCost = Amount(dollars: assumed.cost(of: max(made > 0 ? made : asked, 1), request, price: price))
            cost = assumedCost
        }
    }

    package static func += (sum: inout Usage, other: Usage) {
        sum.attempts += other.attempts
        sum.failures += other.failures
        sum.images += other.images
        sum.videoMilliseconds += other.videoMilliseconds
        sum.cost += other.cost
        sum.assumedCost += other.assumedCost
    }
}

/// An amount of money in hundred-millionths of a US dollar: sums are exact.
package struct Amount: Sendable, Hashable, Comparable {
    package var units: Int

    package init(units: Int) {
        self.units = units
    }

    /// - Parameter dollars: what no integer can hold counts as the most that one can.
    package init(dollars: Double) {
        let units = (dollars * Amount.perDollar).rounded()
        self.units = dollars.isNaN ? 0 : Int(min(max(units, 0), 1e18))
    }

    package static let zero = Amount(units: 0)
    package static let perDollar = 100_000_000.0

    package var dollars: Double { Double(units) / Amount.perDollar }

    package static func < (one: Amount, other: Amount) -> Bool { one.units < other.units }
    package static func += (sum: inout Amount, other: Amount) { sum = sum + other }

    /// Stays at the most that can be held.
    package static func + (one: Amount, other: Amount) -> Amount {
        let (sum, isTooMuch) = one.units.addingReportingOverflow(other.units)
        return Amount(units: isTooMuch ? .max : sum)
    }

    /// Never below zero.
    package static func - (one: Amount, other: Amount) -> Amount { Amount(units: max(0, one.units - other.units)) }
}

/// Of what usage is told apart.
package struct UsageKey: Sendable, Hashable {
    package var day: CalendarDay
    /// The name of the key.
    package var owner: String
    /// As the route names it.
    package var model: String
    package var provider: String

    package init(day: CalendarDay, owner: String, model: String, provider: String) {
        self.day = day
        self.owner = owner
        self.model = model
        self.provider = provider
    }
}

/// Which usage, and told apart by what.
package struct UsageQuery: Sendable, Hashable {
    package enum Group: String, Sendable, CaseIterable {
        case day, model, provider
        case owner = "key"
    }

    /// Both ends are in.
    package var days: ClosedRange<CalendarDay>
    /// nil: everybody's.
    package var owner: String?
    /// In the order in which rows are told apart and sorted.
    package var groups: [Group]

    package init(days: ClosedRange<CalendarDay>, owner: String? = nil, groups: [Group] = [.day]) {
        self.days = days
        self.owner = owner
        self.groups = groups
    }
}

/// A line of an answer: values of the query's groups, in their order.
package struct UsageRow: Sendable, Hashable {
    package var values: [String]
    package var usage: Usage

    package init(values: [String], usage: Usage) {
        self.values = values
        self.usage = usage
    }
}

/// Keeps what was used beyond the life of a process.
package protocol UsageStore: Sendable {
    /// Adds to what is there; all of it or nothing. On disk when it returns.
    func add(_ usage: [(key: UsageKey, usage: Usage)]) async throws(TaskStoreError)
    /// Sums, sorted by their groups; days as `2026-02-28`.
    /// - Parameter limit: of rows.
    func usage(_ query: UsageQuery, limit: Int) async throws(TaskStoreError) -> [UsageRow]
    /// Forgets days before one.
    func removeUsage(before day: CalendarDay) async throws(TaskStoreError)
}
