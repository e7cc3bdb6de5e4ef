import Glibc
import Synchronization

/// The fields every response carries, made once a second: `date` and `server`, as they travel.
final class StandingFields: Sendable {
    private let server: String
    private let made = Mutex((second: 0, lines: ByteRoom()))

    init(server: String) {
        self.server = server
    }

    func lines() -> ByteRoom {
        let now = time(nil)
        return made.withLock { made in
            if now != made.second { made = (now, HTTPFields([.date: HTTPDate.format(now), .server: server]).room) }
            return made.lines
        }
    }
}
