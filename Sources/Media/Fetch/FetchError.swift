/// Why nothing was fetched. The message may go to the caller; the detail is for the log alone.
package struct FetchError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The text is no address that we read.
        case invalidURL
        /// Blocked, unresolvable, refused or too slow: one kind and one text, so that nobody can scan ports through us.
        case unreachable
        /// The remote server's status, not 2xx.
        case status(Int)
        case tooLarge
        /// The bytes are not of a type that was wanted.
        case wrongType
        /// We could not keep what came: our disk.
        case storage
        case cancelled
    }

    package let kind: Kind
    package let detail: String

    package init(_ kind: Kind, detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// A refusal before anything was sent.
    package init(_ refusal: FetchRefusal) {
        switch refusal {
        case .invalidURL: self.init(.invalidURL, detail: "\(refusal)")
        case .blockedAddress, .blockedPort, .tooManyRedirects, .badRedirect: self.init(.unreachable, detail: "\(refusal)")
        }
    }

    /// For the caller.
    package var message: String {
        switch kind {
        case .invalidURL: "the URL is not a valid http or https URL"
        case .unreachable: "the URL could not be fetched"
        case .status(let code): "the URL answered with status \(code)"
        case .tooLarge: "the file behind the URL is too large"
        case .wrongType: "the file behind the URL is not of a supported type"
        case .storage: "the file behind the URL could not be stored"
        case .cancelled: "the fetch was cancelled"
        }
    }
}
