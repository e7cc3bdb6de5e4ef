import Glibc
import Synchronization

/// The fields every response carries, made once a second: `date` and `server`.
final class StandingFields: Sendable {
    private let server: String
    private let made = Mutex((second: 0, fields: HTTPFields()))

    init(server: String) {
        self.server = server
    }

    func fields() -> HTTPFields {
        let now = time(nil)
        return made.withLock { made in
            if now != made.second { made = (now, [.date: HTTPDate.format(now), .server: server]) }
            return made.fields
        }
    }
}
