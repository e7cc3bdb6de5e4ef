import Media

/// Models whose name is part of a path. A route by a pattern takes such names from callers.
enum ModelPath {
    /// The name, where nothing in it leads elsewhere; what a path may not hold is escaped where it is put into one.
    /// - Throws: an error of kind `invalidRequest` for an escape, and for a segment that is empty, `.` or `..`.
    static func checked(_ model: String) throws(UpstreamError) -> String {
        let parts = model.split(separator: "/", omittingEmptySubsequences: false)
        guard !model.utf8.contains(UInt8(ascii: "%")), !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
            throw .unsayable("model", "the model's name cannot stand in a path")
        }
        return model
    }
}
