package import HTTP
import Synchronization

/// One loop's handler, which a reload replaces: requests that run end with the one that they began with.
package final class ReloadableHandler: HTTPHandler {
    private let current: Mutex<any HTTPHandler>

    package init(_ handler: any HTTPHandler) {
        current = Mutex(handler)
    }

    /// From the next request on, also on connections that are open.
    package func replace(by handler: any HTTPHandler) {
        current.withLock { $0 = handler }
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        await handler.respond(to: request)
    }

    package func refuse(_ reason: HTTPRefusal) -> HTTPResponse {
        handler.refuse(reason)
    }

    private var handler: any HTTPHandler { current.withLock { $0 } }
}
