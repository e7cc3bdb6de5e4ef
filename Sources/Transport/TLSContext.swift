import CLibevent
import CShims

/// OpenSSL's settings for one side of TLS: versions from 1.2, ALPN `http/1.1`.
// Safe although unchecked: SSL_CTX counts its references atomically and is not changed after init.
package final class TLSContext: @unchecked Sendable {
    private let context: OpaquePointer

    private init(_ context: OpaquePointer) {
        self.context = context
    }

    deinit { SSL_CTX_free(context) }

    /// For connections to upstreams.
    /// - Parameter caFile: PEM certificates to trust instead of the system's.
    package static func client(caFile: String?) throws(ConnectionError) -> TLSContext {
        let result = TLSContext(try make(TLS_client_method()))
        if let caFile {
            guard SSL_CTX_load_verify_locations(result.context, caFile, nil) == 1 else { throw openSSLError("cannot read \(caFile)") }
        } else {
            SSL_CTX_set_default_verify_paths(result.context)
        }
        zoe_ctx_set_alpn_client(result.context)
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
