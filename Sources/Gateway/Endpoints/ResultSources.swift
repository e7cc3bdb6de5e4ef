import Media

/// Where results come from and go to. A class, for each delivery hands it on.
final class ResultSources: Sendable {
    let store: any MediaStore
    let ownFiles: OwnFileURLs
    /// Fetches a URL of a provider's answer, with the provider's key on its own origin alone.
    let fetch: @Sendable (String, Candidate?) async -> Result<FetchedMedia, FetchError>

    init(
        store: any MediaStore, ownFiles: OwnFileURLs,
        fetch: @escaping @Sendable (String, Candidate?) async -> Result<FetchedMedia, FetchError>
    ) {
        self.store = store
        self.ownFiles = ownFiles
        self.fetch = fetch
    }
}
