/// Why the tasks cannot be opened: one line for the operator, with the path.
package struct TaskStoreOpenError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String

    package init(_ message: String) {
        self.message = message
    }

    package var description: String { message }
}
