/// A box of an MP4 file that is being written (ISO/IEC 14496-12 §4.2).
struct MP4Box {
    private let type: StaticString
    private(set) var content: [UInt8] = []

    /// - Parameter type: four characters.
    init(_ type: StaticString) {
        self.type = type
    }

    /// A box with version and flags.
    init(_ type: StaticString, flags: Int, version: Int = 0) {
        self.type = type
        append(version << 24 | flags, bytes: 4)
    }

    /// Length, type and content.
    var bytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(content.count + 8)
        Self.append(content.count + 8, bytes: 4, to: &output)
        output += Array(type.description.utf8)
        return output + content
    }

    /// The lowest bytes of a number, highest first.
    mutating func append(_ value: Int, bytes count: Int) {
        Self.append(value, bytes: count, to: &content)
    }

    mutating func append(_ values: [Int], bytes count: Int) {
        for value in values { append(value, bytes: count) }
    }

    mutating func append(_ text: StaticString) {
        content += Array(text.description.utf8)
    }

    mutating func append(_ bytes: [UInt8]) {
        content += bytes
    }

    mutating func append(_ box: MP4Box) {
        content += box.bytes
    }

    private static func append(_ value: Int, bytes count: Int, to output: inout [UInt8]) {
        for index in (0..<count).reversed() { output.append(UInt8(truncatingIfNeeded: value >> (index * 8))) }
    }
}
