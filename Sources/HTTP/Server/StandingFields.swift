import Glibc

/// The fields every response of a loop carries, made once a second: `date` and `server`.
// Safe although unchecked: used on one loop's thread alone.
final class StandingFields: @unchecked Sendable {
    private let server: String
    private var second = 0
    private var made = HTTPFields()

    init(server: String) {
        self.server = server
    }

    func fields() -> HTTPFields {
        let now = time(nil)
        if now != second {
            second = now
            made = [.date: HTTPDate.format(now), .server: server]
        }
        return made
    }
}
