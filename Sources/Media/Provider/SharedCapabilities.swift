/// Capabilities that many calls compare with: one reference, for the value is large.
package final class SharedCapabilities: Sendable {
    /// What they are.
    package let value: Capabilities
    /// The same as in the value: so few are compared sooner than hashed.
    let operations: [GenerationRequest.Operation]

    package init(_ value: Capabilities) {
        self.value = value
        operations = Array(value.operations)
    }
}
