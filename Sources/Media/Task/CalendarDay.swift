/// A day of UTC in the Gregorian calendar.
package struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package let number: Int

    package init(number: Int) {
        self.number = number
    }

    /// - Parameter seconds: since 1970.
    package init(at seconds: Int) {
        number = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }

    /// `2026-02-28`; nil for anything else, and for days that there are not. Years 1970 to 9999.
    package init?(parsing text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map { Substring($0) }
        let isDigits = parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard parts.map(\.utf8.count) == [4, 2, 2], isDigits, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            year >= 1970, (1...12).contains(month), day >= 1
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard parts.map({ Int($0) }) == [self.year, self.month, self.day] else { return nil }
    }

    private init(year: Int, month: Int, day: Int) {
        // Years begin in March here, so that the leap day is the last one.
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        number = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - CalendarDay.epoch
    }

    /// Days from 1 March of year 0 to 1970-01-01.
    private static let epoch = 719_468

    package static func < (one: CalendarDay, other: CalendarDay) -> Bool { one.number < other.number }

    package var firstOfMonth: CalendarDay { CalendarDay(number: number - day + 1) }
    package var next: CalendarDay { CalendarDay(number: number + 1) }

    package var firstOfNextMonth: CalendarDay { CalendarDay(number: firstOfMonth.number + 31).firstOfMonth }

    /// Seconds since 1970 at its beginning.
    package var start: Int { number * 86_400 }

    private var year: Int { date.year }
    private var month: Int { date.month }
    private var day: Int { date.day }

    private var date: (year: Int, month: Int, day: Int) {
        let days = number + CalendarDay.epoch
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// `2026-02-28`.
    package var description: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(month))-\(two(day))"
    }
}
