package import Media

/// A provider that is asked over the network.
package protocol RemoteProvider: Provider {
    /// What it is called and where its settings come from.
    static var description: ProviderDescription { get }
    /// Where requests go and what they carry.
    static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint
}
