import CLibevent
import CShims
import Synchronization

/// OpenSSL's settings for one side of TLS: versions from 1.2, ALPN `http/1.1`.
// Safe although unchecked: SSL_CTX counts its references atomically and is not changed once it has made a session.
package final class TLSContext: @unchecked Sendable {
    private let context: OpaquePointer
    private let needsSystemAuthorities: Atomic<Bool>
    private let reading = Mutex<Void>(())

    private init(_ context: OpaquePointer, needsSystemAuthorities: Bool = false) {
        self.context = context
        self.needsSystemAuthorities = Atomic(needsSystemAuthorities)
    }

    deinit { SSL_CTX_free(context) }

    /// For connections to upstreams. The system's authorities are read when a first connection needs them: it takes longer than a start.
    /// - Parameter caFile: PEM certificates to trust instead of the system's.
    package static func client(caFile: String?) throws(ConnectionError) -> TLSContext {
        let result = TLSContext(try make(TLS_client_method()), needsSystemAuthorities: caFile == nil)
        if let caFile, SSL_CTX_load_verify_locations(result.context, caFile, nil) != 1 { throw openSSLError("cannot read \(caFile)") }
        zoe_ctx_set_alpn_client(result.context)
        zoe_ctx_keep_sessions(result.context)
        return result
    }

    /// For our listeners.
    /// - Parameters: paths of PEM files.
    package static func server(certificate: String, key: String) throws(ConnectionError) -> TLSContext {
        let result = TLSContext(try make(TLS_server_method()))
        guard SSL_CTX_use_certificate_chain_file(result.context, certificate) == 1 else { throw openSSLError("cannot use \(certificate)") }
        guard SSL_CTX_use_PrivateKey_file(result.context, key, SSL_FILETYPE_PEM) == 1, SSL_CTX_check_private_key(result.context) == 1
        else { throw openSSLError("cannot use \(key)") }
        zoe_ctx_set_alpn_server(result.context)
        return result
    }

    /// Reads what was put off; to be called before the first session is made.
    func prepare() async {
        guard needsSystemAuthorities.load(ordering: .acquiring) else { return }
        await BlockingPool.compute.run { [self] in readSystemAuthorities() }
    }

    private func readSystemAuthorities() {
        reading.withLock { _ in
            guard needsSystemAuthorities.load(ordering: .acquiring) else { return }
            SSL_CTX_set_default_verify_paths(context)
            needsSystemAuthorities.store(false, ordering: .releasing)
        }
    }

    func makeSession() -> OpaquePointer? { SSL_new(context) }

    private static func make(_ method: OpaquePointer?) throws(ConnectionError) -> OpaquePointer {
        guard let context = SSL_CTX_new(method) else { throw openSSLError("no TLS context") }
        zoe_ctx_harden(context)
        return context
    }

    private static func openSSLError(_ message: String) -> ConnectionError {
        let reason = ERR_reason_error_string(ERR_get_error()).map { String(cString: $0) } ?? "unknown reason"
        return ConnectionError(.tls, "\(message): \(reason)")
    }
}
