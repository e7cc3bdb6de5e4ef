import CLibevent
import CShims

/// The one owner of a libevent bufferevent, its socket and its TLS session: all go with it.
struct BufferEvent: ~Copyable {
    let pointer: OpaquePointer

    /// Takes over a connected, or not yet connected (-1), descriptor.
    init(_ loop: EventLoop, descriptor: Int32) {
        guard let pointer = bufferevent_socket_new(loop.base, descriptor, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue)) else {
            preconditionFailure("bufferevent_socket_new failed")
        }
        self.pointer = pointer
    }

    /// Takes over a connected descriptor and a TLS session, and starts the handshake.
    init(_ loop: EventLoop, descriptor: Int32, session: OpaquePointer, isServer: Bool) {
        let state = isServer ? BUFFEREVENT_SSL_ACCEPTING : BUFFEREVENT_SSL_CONNECTING
        guard
            let pointer = bufferevent_openssl_socket_new(loop.base, descriptor, session, state, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue))
        else { preconditionFailure("bufferevent_openssl_socket_new failed") }
        self.pointer = pointer
    }

    deinit {
        if let session { zoe_ssl_quiet_shutdown(session) }
        bufferevent_free(pointer)
    }

    /// nil without TLS.
    var session: OpaquePointer? { bufferevent_openssl_get_ssl(pointer) }
    var input: OpaquePointer { bufferevent_get_input(pointer) }
    var output: OpaquePointer { bufferevent_get_output(pointer) }
    var descriptor: Int32 { bufferevent_getfd(pointer) }

    /// Gives up the socket, which stays open.
    consuming func detachedDescriptor() -> Int32 {
        let descriptor = bufferevent_getfd(pointer)
        bufferevent_setfd(pointer, -1)
        return descriptor
    }
}
