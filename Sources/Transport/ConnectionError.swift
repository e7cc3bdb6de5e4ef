import CLibevent
import Glibc

/// Why a connection cannot be used any more.
package struct ConnectionError: Error, Sendable, Hashable {
    package enum Kind: Sendable { case refused, unreachable, reset, timedOut, tls, cancelled, closed, resolution }
    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// - Parameter errno: the system's error number.
    init(errno number: Int32) {
        let message = String(cString: strerror(number))
        switch number {
        case ECONNREFUSED: self.init(.refused, message)
        case ECONNRESET, EPIPE, ECONNABORTED: self.init(.reset, message)
        case ETIMEDOUT: self.init(.timedOut, message)
        default: self.init(.unreachable, message)
        }
    }
}
