import Compression
import HTTP
import Media

/// A job of the built-in upstream. All of it is in its id: jobs outlive the process, and nothing is kept of them.
struct VideoJob: Sendable, Hashable {
    enum Kind: String, Sendable { case video, edit, remix, extend = "extension" }

    var kind: Kind
    var model: TestModel
    /// Only its beginning.
    var prompt: String
    /// Pixels, even.
    var width: Int
    var height: Int
    /// Length of the video.
    var seconds: Int
    var seed: Int
    /// Milliseconds since 1970.
    var start: Int
    /// How long the job takes, in milliseconds.
    var duration: Int
    /// Tells jobs apart that are the same otherwise.
    var number: Int

    /// Bytes of a prompt that an id has room for.
    private static let promptLimit = 120
    private static let prefix = "vid_"

    var id: String {
        let members: JSONValue = [
            .string(kind.rawValue), .string(model.rawValue), .string(Self.shortened(prompt)), .integer(width), .integer(height),
            .integer(seconds), .integer(seed), .integer(start), .integer(duration), .integer(number),
        ]
        let bytes = members.serialized()
        let sum = crc32(bytes[...])
        let check = (0..<4).map { UInt8(truncatingIfNeeded: sum >> (UInt32($0) * 8)) }
        let text = Base64.encode(bytes + check).replacing("+", with: "-").replacing("/", with: "_")
        return Self.prefix + text.prefix { $0 != "=" }
    }

    /// nil: no id that was made here, or one that was damaged.
    init?(id: some StringProtocol) {
        guard id.hasPrefix(Self.prefix), id.utf8.count < 2000 else { return nil }
        let text = String(id.dropFirst(Self.prefix.count)).replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let bytes = try? Base64.decode(text + padding), bytes.count > 4 else { return nil }
        let sum = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard crc32(bytes.dropLast(4)) == sum, let members = try? JSONValue(parsing: bytes.dropLast(4)) else { return nil }
        self.init(members)
    }

    init(
        kind: Kind, model: TestModel, prompt: String, width: Int, height: Int, seconds: Int, seed: Int, start: Int, duration: Int,
        number: Int
    ) {
        self.kind = kind
        self.model = model
        self.prompt = Self.shortened(prompt)
        self.width = width
        self.height = height
        self.seconds = seconds
        self.seed = seed
        self.start = start
        self.duration = duration
        self.number = number
    }

    private init?(_ members: JSONValue) {
        let numbers = (3..<10).compactMap { members[$0]?.int }
        guard let kind = members[0]?.string.flatMap(Kind.init(rawValue:)),
            let model = members[1]?.string.flatMap(TestModel.init(rawValue:)),
            let prompt = members[2]?.string, numbers.count == 7, model.makesVideos,
            VideoLimits.isSize(numbers[0], numbers[1]), VideoLimits.totalSeconds.contains(numbers[2]),
            VideoLimits.duration.contains(numbers[5])
        else { return nil }
        self.init(
            kind: kind, model: model, prompt: prompt, width: numbers[0], height: numbers[1], seconds: numbers[2], seed: numbers[3],
            start: numbers[4], duration: numbers[5], number: numbers[6])
    }

    /// Whole characters only.
    private static func shortened(_ prompt: String) -> String {
        guard prompt.utf8.count > promptLimit else { return prompt }
        var kept = ""
        for character in prompt {
            guard kept.utf8.count + character.utf8.count <= promptLimit - 3 else { break }
            kept.append(character)
        }
        return kept + "..."
    }
}

/// What the built-in upstream makes videos of.
enum VideoLimits {
    /// Of one request.
    static let seconds = 1...60
    /// With what extensions add.
    static let totalSeconds = 1...120
    /// Milliseconds that a job may take.
    static let duration = 0...600_000

    /// Pixels.
    static func isSize(_ width: Int, _ height: Int) -> Bool {
        TestVideo.sides.contains(width) && TestVideo.sides.contains(height) && width * height <= TestVideo.maximumPixels
            && width % 2 == 0 && height % 2 == 0
    }
}
