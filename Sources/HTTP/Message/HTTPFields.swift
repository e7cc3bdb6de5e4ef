/// Header or trailer fields in the order of the wire; repeated names are kept apart.
///
/// They are stored as they travel: one run of `name: value` lines, and where each name and value lies in it. Reading a head makes no
/// string per field, and writing one is a single append.
package struct HTTPFields: Sendable, ExpressibleByDictionaryLiteral {
    /// The lines, each ended by CRLF, without the empty line that ends a head.
    private(set) var room: ByteRoom
    private(set) var entries: [Entry]
    /// The marks of all names: most names that are asked for and not there are told by it.
    private var marks: UInt64 = 0

    package init() {
        room = ByteRoom()
        entries = []
    }

    /// For the parser: lines already found valid, and their places.
    init(wireBytes: [UInt8], entries: [Entry]) {
        room = ByteRoom(written: wireBytes)
        self.entries = entries
        for entry in entries { marks |= entry.mark }
    }

    package init(_ pairs: KeyValuePairs<HTTPFieldName, String>) {
        self.init()
        for (name, value) in pairs { append(name, value) }
    }

    package init(dictionaryLiteral pairs: (HTTPFieldName, String)...) {
        self.init()
        for (name, value) in pairs { append(name, value) }
    }

    /// Lines, not names.
    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }
    /// The lines as they travel.
    package var wireBytes: ArraySlice<UInt8> { room.written }
}

extension HTTPFields {
    /// Adds a line. Control characters in the value become spaces, so that no value can start a line of its own (RFC 9110 §5.5).
    package mutating func append(_ name: HTTPFieldName, _ value: String) {
        add(Entry.append(name, value, to: &room))
    }

    /// Adds a line whose value is a number.
    package mutating func append(_ name: HTTPFieldName, _ number: Int) {
        add(Entry.append(name, number, to: &room))
    }

    @inline(__always)
    private mutating func add(_ entry: Entry) {
        // Enough for most heads.
        if entries.isEmpty { entries.reserveCapacity(12) }
        entries.append(entry)
        marks |= entry.mark
    }

    /// Makes this value the name's only one; the line goes to the end.
    package mutating func set(_ name: HTTPFieldName, _ value: String) {
        remove(name)
        append(name, value)
    }

    /// Makes this number the name's only value; the line goes to the end.
    package mutating func set(_ name: HTTPFieldName, _ number: Int) {
        remove(name)
        append(name, number)
    }

    /// Takes out all lines of a name.
    package mutating func remove(_ name: HTTPFieldName) {
        guard contains(name) else { return }
        keep { !$0.matches(name, at: $1) }
    }

    /// Rebuilds the lines from those that pass.
    private mutating func keep(_ isKept: (HTTPFields, Int) -> Bool) {
        let old = self
        self = HTTPFields()
        for index in old.entries.indices where isKept(old, index) { append(line: index, of: old) }
    }

    /// Adds a line of other fields as it is.
    private mutating func append(line index: Int, of other: HTTPFields) {
        var entry = other.entries[index]
        let end = index + 1 < other.entries.count ? Int(other.entries[index + 1].start) : other.room.count
        let (from, to) = (entry.start, UInt32(room.count))
        room.append(other.room.bytes.span.extracting(Int(from)..<end))
        entry.start = to
        entry.nameEnd = entry.nameEnd - from + to
        entry.valueStart = entry.valueStart - from + to
        entry.valueEnd = entry.valueEnd - from + to
        add(entry)
    }

    /// Adds all lines of other fields.
    package mutating func append(contentsOf other: HTTPFields) {
        for index in other.entries.indices { append(line: index, of: other) }
    }
}

extension HTTPFields {
    /// The first value of a name; bytes that are not UTF-8 are replaced.
    package subscript(name: HTTPFieldName) -> String? {
        firstIndex(of: name).map { text(entries[$0].value) }
    }

    /// The first value of a name as its bytes came.
    package func bytes(of name: HTTPFieldName) -> ArraySlice<UInt8>? {
        firstIndex(of: name).map { room.bytes[entries[$0].value] }
    }

    package func contains(_ name: HTTPFieldName) -> Bool {
        firstIndex(of: name) != nil
    }

    /// One value per line of a name, in order.
    package func values(of name: HTTPFieldName) -> [String] {
        entries.indices.filter { matches(name, at: $0) }.map { text(entries[$0].value) }
    }

    /// Calls with each line's name, as it was written, and value.
    package func forEach<Failure>(_ body: (String, String) throws(Failure) -> Void) throws(Failure) {
        for entry in entries { try body(text(entry.name), text(entry.value)) }
    }

    /// Where the value of a line lies in the wire bytes.
    func value(at index: Int) -> Range<Int> { entries[index].value }

    /// A place of the wire bytes as text.
    func text(_ place: Range<Int>) -> String {
        String(repairing: room.bytes.span.extracting(place))
    }

    /// The first line of a name, of those at or after `start`.
    func firstIndex(of name: HTTPFieldName, from start: Int = 0) -> Int? {
        guard marks & HTTPFieldName.mark(of: name.digest) != 0 else { return nil }
        let lines = entries.span
        var index = start
        while index < lines.count {
            // In bounds by the line above.
            if lines[unchecked: index].digest == name.digest, matches(name, at: index) { return index }
            index &+= 1
        }
        return nil
    }

    /// Whether a line has this name.
    @inline(__always)
    func matches(_ name: HTTPFieldName, at index: Int) -> Bool {
        entries[index].digest == name.digest && HTTP1Bytes.isEqual(room.bytes.span, entries[index].name, ignoringCase: name.rawValue)
    }
}
