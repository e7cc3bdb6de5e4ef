package import HTTP
import Synchronization

/// One loop's handler, which a reload replaces: requests that run end with the one that they began with.
package final class ReloadableHandler: HTTPHandler {
    private let current: Mutex<GatewayHandler>

    package init(_ handler: GatewayHandler) {
        current = Mutex(handler)
    }

    /// From the next request on, also on connections that are open.
    package func replace(by handler: GatewayHandler) {
        current.withLock { $0 = handler }
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        await handler.respond(to: request)
    }

    package func refuse(_ reason: HTTPRefusal) -> HTTPResponse {
        handler.refuse(reason)
    }

    private var handler: GatewayHandler { current.withLock { $0 } }
}
