/// Dates in message fields (RFC 9110 §5.6.7). Seconds are since 1970, UTC.
package enum HTTPDate {
    /// The preferred form: `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func format(_ secondsSince1970: Int) -> String {
        let (days, second) = secondsSince1970.flooredQuotient(by: 86_400)
        let (year, month, day) = CivilDay.date(daysSince1970: days)
        let weekday = dayNames[(days + 4).flooredQuotient(by: 7).remainder].prefix(3)
        let time = "\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
        return "\(weekday), \(padded(day)) \(monthNames[month - 1]) \(padded(year, to: 4)) \(time) GMT"
    }

    /// Any of the three forms a recipient must read; nil for anything else.
    /// - Parameter now: seconds since 1970, to place a two-digit year at most 50 years ahead; without it years from 70 are of 1900.
    package static func parse(_ text: String, now: Int? = nil) -> Int? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        switch parts.count {
        case 6 where parts[0].hasSuffix(","): return fixdate(parts)
        case 4 where parts[0].hasSuffix(","): return obsoleteDate(parts, now)
        case 5: return asctime(parts)
        case _: return nil
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func fixdate(_ parts: [Substring]) -> Int? {
        guard isDayName(parts[0].dropLast(), short: true), parts[5] == "GMT", let day = number(parts[1], digits: 2),
            let year = number(parts[3], digits: 4)
        else { return nil }
        return seconds(year, parts[2], day, parts[4])
    }

    /// `Sunday, 06-Nov-94 08:49:37 GMT`.
    private static func obsoleteDate(_ parts: [Substring], _ now: Int?) -> Int? {
        let date = parts[1].split(separator: "-", omittingEmptySubsequences: false)
        guard isDayName(parts[0].dropLast(), short: false), parts[3] == "GMT", date.count == 3, let day = number(date[0], digits: 2),
            let shortYear = number(date[2], digits: 2)
        else { return nil }
        var year = shortYear + (shortYear < 70 ? 2000 : 1900)
        if let now {
            let thisYear = CivilDay.date(daysSince1970: now.flooredQuotient(by: 86_400).quotient).year
            year = thisYear - thisYear % 100 + shortYear
            if year > thisYear + 50 { year -= 100 }
        }
        return seconds(year, date[1], day, parts[2])
    }

    /// `Sun Nov  6 08:49:37 1994`.
    private static func asctime(_ parts: [Substring]) -> Int? {
        guard isDayName(parts[0], short: true), let day = number(parts[2], digits: parts[2].utf8.count), parts[2].utf8.count <= 2,
            let year = number(parts[4], digits: 4)
        else { return nil }
        return seconds(year, parts[1], day, parts[3])
    }

    private static func seconds(_ year: Int, _ monthName: Substring, _ day: Int, _ time: Substring) -> Int? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false)
        guard let month = monthNames.firstIndex(of: String(monthName)), clock.count == 3, let hour = number(clock[0], digits: 2),
            let minute = number(clock[1], digits: 2), let second = number(clock[2], digits: 2), hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = CivilDay.daysSince1970(year: year, month: month + 1, day: day)
        // A day that the month does not have would come back as another one.
        guard CivilDay.date(daysSince1970: days) == (year, month + 1, day) else { return nil }
        return days * 86_400 + hour * 3600 + minute * 60 + second
    }

    private static func isDayName(_ name: Substring, short: Bool) -> Bool {
        dayNames.contains { short ? $0.prefix(3) == name : $0 == name }
    }

    private static func number(_ text: Substring, digits: Int) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        return Int(text)
    }

    private static func padded(_ value: Int, to width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static let dayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
