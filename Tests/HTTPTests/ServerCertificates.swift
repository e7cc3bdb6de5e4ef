import Glibc
import Testing

@testable import Transport

/// A certificate for `localhost` and 127.0.0.1, its authority, and an authority that did not sign it; of 2020 to 2100 and for tests alone.
enum ServerCertificates {
    /// A server's context with the certificate.
    static func server() throws -> TLSContext {
        try TLSContext.server(certificate: try file(certificate), key: try file(key))
    }

    /// A client's context that trusts the authority.
    static func client() throws -> TLSContext {
        try TLSContext.client(caFile: try file(authority))
    }

    /// A client's context that trusts the other authority alone.
    static func strangerClient() throws -> TLSContext {
        try TLSContext.client(caFile: try file(otherAuthority))
    }

    /// A client's context that trusts the system's authorities, which from here on are the authority alone.
    static func systemClient() throws -> TLSContext {
        setenv("SSL_CERT_FILE", try file(authority), 1)
        return try TLSContext.client(caFile: nil)
    }

    /// OpenSSL reads files: a path to the text, valid as long as this process lives.
    private static func file(_ text: String) throws -> String {
        let file = try SpooledFile.temporary(in: "/tmp")
        try file.write(Array(text.utf8)[...], at: 0)
        let descriptor = dup(file.descriptor)
        try #require(descriptor >= 0)
        return "/proc/self/fd/\(descriptor)"
    }

    private static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBfDCCASOgAwIBAgIBATAKBggqhkjOPQQDAjAlMSMwIQYDVQQDDBpab2V0cm9w
        ZSB0ZXN0IGF1dGhvcml0eSBjYTAgFw0yMDAxMDEwMDAwMDBaGA8yMTAwMDEwMTAw
        MDAwMFowJTEjMCEGA1UEAwwaWm9ldHJvcGUgdGVzdCBhdXRob3JpdHkgY2EwWTAT
        BgcqhkjOPQIBBggqhkjOPQMBBwNCAASGyw7YWITQSX2RfZfCj42beUxbIhJNeV85
        JC81yK0NhhWOEjotiWPSC7+39WgoikYjqUAOlg6fTE4aSTiordzso0IwQDAPBgNV
        HRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwICBDAdBgNVHQ4EFgQUWdV2+NswxYzX
        +LvH2wRWuoFXy9QwCgYIKoZIzj0EAwIDRwAwRAIgCcUhEHliEPWaH3/McVBM7aIS
        sdVgqVqGa81buQ7mZHkCIEJQ1gXiHlRgosjCrFbF1NvZBCo+GmMs21oX91xZmDO8
        -----END CERTIFICATE-----
        """

    private static let otherAuthority = """
        -----BEGIN CERTIFICATE-----
        MIIBgjCCASmgAwIBAgIBAjAKBggqhkjOPQQDAjAoMSYwJAYDVQQDDB1ab2V0cm9w
        ZSB0ZXN0IGF1dGhvcml0eSBvdGhlcjAgFw0yMDAxMDEwMDAwMDBaGA8yMTAwMDEw
        MTAwMDAwMFowKDEmMCQGA1UEAwwdWm9ldHJvcGUgdGVzdCBhdXRob3JpdHkgb3Ro
        ZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATgEZcYauOMtgfW5TSCdEhtow2+
        /dGcVtG1nSWcCDIF3fE5NeXy+AlTdsAIPt9NrFy0+9Yl6GS/24/xanTXGWNqo0Iw
        QDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwICBDAdBgNVHQ4EFgQUpPy4
        sLa5Tdu2EsG1U8+IEhK71w4wCgYIKoZIzj0EAwIDRwAwRAIgdaJUcbeHiiRZ0zfG
        JS4VucL6AAStxy2ZXbQC13BG9wcCICTjjLi/hHgTW0tCUxl4xtm2ki6PFfKmKFlP
        0fjhzpEq
        -----END CERTIFICATE-----
        """

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBqDCCAU6gAwIBAgIBAzAKBggqhkjOPQQDAjAlMSMwIQYDVQQDDBpab2V0cm9w
        ZSB0ZXN0IGF1dGhvcml0eSBjYTAgFw0yMDAxMDEwMDAwMDBaGA8yMTAwMDEwMTAw
        MDAwMFowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
        AQcDQgAE0XgjknKQnu3ZWYxO65KdB4SRn6LvbzKo8u0ny7cqNOIL61FLiuh4zSK4
        DKqkVKITBjAgr5UauXXrqVAdc2OtV6N+MHwwCQYDVR0TBAIwADAaBgNVHREEEzAR
        gglsb2NhbGhvc3SHBH8AAAEwEwYDVR0lBAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYE
        FAPHRnhejQ0S7HXO1kqDpxTevERRMB8GA1UdIwQYMBaAFFnVdvjbMMWM1/i7x9sE
        VrqBV8vUMAoGCCqGSM49BAMCA0gAMEUCIQC0oaMj7BrqmETo8vAGHNNFBV6fhmXI
        BrwIfuZbPocyhgIgap81t2v5TCliErhAUFaaONHW+vK+TkFyDAhzzIZ/0Mk=
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnOJc0KizjtkoEpUH
        RbsHriobcRLv1ugDVCg9nT8drz+hRANCAATReCOScpCe7dlZjE7rkp0HhJGfou9v
        Mqjy7SfLtyo04gvrUUuK6HjNIrgMqqRUohMGMCCvlRq5deupUB1zY61X
        -----END PRIVATE KEY-----
        """
}
