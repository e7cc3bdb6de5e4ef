import HTTP
import Synchronization
import Transport

/// Makes the ids of requests: `req_` and 24 hexadecimal digits. Many are written at once.
final class RequestIDs: Sendable {
    private let written = Mutex<[UInt8]>([])

    private static let prefix = Array("req_".utf8)
    /// Bytes of one, with the prefix.
    private static let length = 28
    private static let batch = 128

    func next() -> String {
        written.withLock { written in
            if written.isEmpty { written = RequestIDs.write() }
            let id = String(repairing: written.span.extracting(last: RequestIDs.length))
            written.removeLast(RequestIDs.length)
            return id
        }
    }

    private static func write() -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(length * batch)
        text.append(hexadecimal: randomBytes(length / 2 * batch)[...])
        // Over the first digits of each.
        for start in stride(from: 0, to: text.count, by: length) {
            for index in prefix.indices { text[start + index] = prefix[index] }
        }
        return text
    }
}
