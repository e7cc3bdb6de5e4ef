package import HTTP
package import Media
package import Transport

/// What the dispatcher does not do itself: time, chance, and work off the loop.
package final class DispatchEnvironment: Sendable {
    /// The time.
    package let now: @Sendable () -> Instant
    /// Throws when the task is cancelled.
    package let sleep: @Sendable (Instant) async throws -> Void
    /// 0 to 1.
    package let random: @Sendable () -> Double
    /// Reads an input's bytes, off the loop where they are in a file.
    package let read: @Sendable (ByteSource) async -> Result<[UInt8], UpstreamError>
    /// Base64 of an input's bytes.
    package let encode: @Sendable ([UInt8]) async -> String
    /// Fetches an input that was given by URL, under the rules for addresses.
    package let fetch: @Sendable (MediaInput) async -> Result<MediaInput, UpstreamError>
    /// Serves an input at a public address for a while; nil where there is no such address.
    package let publish: @Sendable (MediaInput) async -> String?
    /// There is such an address.
    package let canPublish: Bool
    /// Ends that before its time, by the address.
    package let withdraw: @Sendable (String) async -> Void
    /// A mask as it came in another form.
    package let convertMask: @Sendable ([UInt8], Capabilities.MaskForm) async -> Result<[UInt8], UpstreamError>
    /// Runs work to its end although the calling task is cancelled.
    package let shielded: @Sendable (@escaping @Sendable () async -> Void) async -> Void

    package init(
        now: @escaping @Sendable () -> Instant = { Instant.now },
        sleep: @escaping @Sendable (Instant) async throws -> Void = { try await Task.sleep(for: $0 - .now) },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        read: @escaping @Sendable (ByteSource) async -> Result<[UInt8], UpstreamError>,
        encode: @escaping @Sendable ([UInt8]) async -> String,
        fetch: @escaping @Sendable (MediaInput) async -> Result<MediaInput, UpstreamError>,
        publish: @escaping @Sendable (MediaInput) async -> String? = { _ in nil }, canPublish: Bool = true,
        withdraw: @escaping @Sendable (String) async -> Void = { _ in },
        convertMask: @escaping @Sendable ([UInt8], Capabilities.MaskForm) async -> Result<[UInt8], UpstreamError> = { bytes, _ in
            .success(bytes)
        },
        shielded: @escaping @Sendable (@escaping @Sendable () async -> Void) async -> Void = { work in await Task { await work() }.value }
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
        self.read = read
        self.encode = encode
        self.fetch = fetch
        self.publish = publish
        self.canPublish = canPublish
        self.withdraw = withdraw
        self.convertMask = convertMask
        self.shielded = shielded
    }
}
