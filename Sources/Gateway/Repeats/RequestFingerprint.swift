import HTTP
import Media
import Transport

/// What was asked as one short text: equal requests have equal fingerprints, however their JSON was ordered or their form divided.
enum RequestFingerprint {
    /// Bytes that are hashed on the loop: less than a millisecond's work.
    private static let quick = 256 << 10
    /// Bytes of a file that are read at once.
    private static let piece = 256 << 10

    /// SHA-256 in hexadecimal of the path, the fields and the files in their order; file names and boundaries do not count.
    ///
    /// A file that cannot be read makes a fingerprint that nothing else has: no such request is taken for a repeat.
    static func of(path: String, form: RequestForm) async -> String {
        if isQuick(form) { return digest(path, form) }
        return await BlockingPool.compute.run { digest(path, form) }
    }

    private static func isQuick(_ form: RequestForm) -> Bool {
        var size = JSONValue.object(form.fields).roughSize
        for file in form.files {
            guard case .bytes(let bytes) = file.content else { return false }
            size += bytes.count
        }
        return size <= quick
    }

    private static func digest(_ path: String, _ form: RequestForm) -> String {
        var text = CanonicalDigest()
        text.add(.string(path))
        text.add(.bool(form.isMultipart))
        text.add(.object(form.fields))
        for file in form.files {
            text.add(.string(file.field))
            text.add(.string(hexadecimal(digest(of: file.content))))
        }
        return hexadecimal(text.finish())
    }

    private static func digest(of source: ByteSource) -> [UInt8] {
        var digest = SHA256.Incremental()
        switch source {
        case .bytes(let bytes): digest.update(bytes.span)
        case .file(let file, let range):
            for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
                guard let bytes = try? file.read(start..<min(start + piece, range.upperBound)) else { return randomBytes(32) }
                digest.update(bytes.span)
            }
        }
        return digest.finish()
    }
}

/// A digest of JSON texts, one a line, with the keys of every object sorted by their bytes.
private struct CanonicalDigest: ~Copyable {
    private var digest = SHA256.Incremental()
    private var unread: [UInt8] = []

    /// Bytes that are collected before they are hashed.
    private static let batch = 64 << 10

    mutating func add(_ value: JSONValue) {
        write(value)
        mark("\n")
    }

    consuming func finish() -> [UInt8] {
        flush()
        return digest.finish()
    }

    private mutating func flush() {
        let ready = unread
        unread = []
        digest.update(ready.span)
    }

    private mutating func write(_ value: JSONValue) {
        switch value {
        case .null, .bool, .integer, .number, .string: value.append(to: &unread)
        case .array(let elements):
            mark("[")
            for element in elements {
                write(element)
                mark(",")
            }
            mark("]")
        case .object(let object): write(object)
        }
        if unread.count >= CanonicalDigest.batch { flush() }
    }

    private mutating func write(_ object: JSONObject) {
        mark("{")
        // By bytes: strings themselves compare by what they look like.
        let members = object.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (key, value) in members {
            JSONValue.append(key, to: &unread)
            mark(":")
            write(value)
            mark(",")
        }
        mark("}")
    }

    private mutating func mark(_ text: StaticString) {
        unread.append(contentsOf: text.description.utf8)
    }
}

extension JSONValue {
    /// Bytes, about: what hashing it costs.
    fileprivate var roughSize: Int {
        switch self {
        case .null, .bool, .integer, .number: 8
        case .string(let text): text.utf8.count + 2
        case .array(let elements): elements.reduce(2) { $0 + $1.roughSize + 1 }
        case .object(let object): object.reduce(2) { $0 + $1.key.utf8.count + $1.value.roughSize + 4 }
        }
    }
}
