import HTTP
import Synchronization
import Transport

/// Makes the ids of requests; the random bytes for many of them are fetched at once.
final class RequestIDs: Sendable {
    private let pool = Mutex<[UInt8]>([])

    /// Bytes of one.
    private static let length = 12
    private static let fetched = 128

    /// `req_` and 24 hexadecimal digits.
    func next() -> String {
        var id: [UInt8] = []
        id.reserveCapacity(32)
        id.append(text: "req_")
        pool.withLock { pool in
            if pool.isEmpty { pool = randomBytes(RequestIDs.length * RequestIDs.fetched) }
            id.append(hexadecimal: pool.suffix(RequestIDs.length))
            pool.removeLast(RequestIDs.length)
        }
        return String(repairing: id.span)
    }
}
