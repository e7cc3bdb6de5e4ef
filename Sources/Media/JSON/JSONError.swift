/// Why bytes are not the JSON we take. The message quotes nothing of the input.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Bytes from the start of the input.
    package var offset: Int
    package var message: String

    package init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }

    package var description: String { "\(message) at byte \(offset)" }
}
