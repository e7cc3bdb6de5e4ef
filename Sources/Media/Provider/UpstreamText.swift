/// Makes an upstream's words fit for the log and the caller: short, on one line, without keys, account names or the prompt.
///
/// Works on bytes: each failed attempt passes here, and what is looked for is told by bytes.
package enum UpstreamText {
    /// Longest message that is passed on, in characters.
    package static let maximumLength = 300
    /// Nothing behind it is looked at, in bytes.
    private static let maximumSize = 16 * 1024

    /// Text as it may be passed on.
    package static func cleaned(_ text: String, hiding secrets: [String], prompt: String?) -> String {
        var line = singleLine(text)
        for secret in secrets where !secret.isEmpty { line = hiding(Array(secret.utf8), in: line) }
        if let prompt { line = hidingPrompt(singleLine(prompt), in: line) }
        let result = String(decoding: hidingKeys(in: line), as: UTF8.self)
        guard result.utf8.count > maximumLength, result.count > maximumLength else { return result }
        return result.prefix(maximumLength - 1) + "…"
    }

    /// A code or a field name as it may be passed on; nil where it is none.
    package static func identifier(_ text: String?) -> String? {
        guard let text, (1...80).contains(text.utf8.count), text.utf8.allSatisfy(isIdentifier) else { return nil }
        return looksSecret(Array(text.utf8)[...]) ? nil : text
    }

    /// Words, one space between them.
    private static func singleLine(_ text: String) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(min(text.utf8.count, maximumSize))
        var isBetweenWords = false
        for scalar in text.unicodeScalars where line.count < maximumSize {
            if isSeparator(scalar) {
                isBetweenWords = !line.isEmpty
                continue
            }
            if isBetweenWords { line.append(space) }
            isBetweenWords = false
            if scalar.isASCII { line.append(UInt8(scalar.value)) } else { line.append(contentsOf: String(scalar).utf8) }
        }
        return line
    }

    /// White space, control characters of both ranges, which terminals obey, and those that turn the direction of writing.
    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x20, 0x7F...0xA0, 0x1680, 0x2000...0x200A, 0x200E...0x200F, 0x2028...0x202F, 0x205F, 0x2066...0x2069, 0x3000: true
        case _: false
        }
    }

    private static func hiding(_ secret: [UInt8], in line: [UInt8]) -> [UInt8] {
        replacing(secret[...], in: line, with: "[hidden]") { _ in secret.count }
    }

    /// Hides the prompt, also where only its beginning is quoted; one of less than 8 characters tells nothing.
    private static func hidingPrompt(_ prompt: [UInt8], in line: [UInt8]) -> [UInt8] {
        guard end(ofCharacters: 8, in: prompt) != nil else { return line }
        let beginning = prompt[..<(end(ofCharacters: 24, in: prompt) ?? prompt.count)]
        return replacing(beginning, in: line, with: "[prompt]") { rest in
            var shared = zip(rest, prompt).prefix { $0 == $1 }.count
            while shared < rest.count, !isStart(rest[rest.startIndex + shared]) { shared -= 1 }
            return shared
        }
    }

    /// nil: there are fewer.
    private static func end(ofCharacters count: Int, in text: [UInt8]) -> Int? {
        var found = 0
        for index in text.indices where isStart(text[index]) {
            if found == count { return index }
            found += 1
        }
        return found == count ? text.count : nil
    }

    /// - Parameter length: how much is replaced of what starts with the text.
    private static func replacing(
        _ text: ArraySlice<UInt8>, in line: [UInt8], with word: String, length: (ArraySlice<UInt8>) -> Int
    ) -> [UInt8] {
        guard var start = place(of: text, in: line[...]) else { return line }
        var (result, rest) = ([UInt8](), line[...])
        while true {
            result += rest[..<start]
            result += word.utf8
            rest = rest[(start + length(rest[start...]))...]
            guard let next = place(of: text, in: rest) else { return result + rest }
            start = next
        }
    }

    private static func place(of text: ArraySlice<UInt8>, in line: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first, line.count >= text.count else { return nil }
        return (line.startIndex...line.endIndex - text.count).first { line[$0] == first && line[$0...].starts(with: text) }
    }

    private static func hidingKeys(in line: [UInt8]) -> [UInt8] {
        var cleaned: [UInt8] = []
        cleaned.reserveCapacity(line.count)
        var (rest, previous) = (line[...], line[..<0])
        while !rest.isEmpty {
            let word = rest.prefix(while: isKeyByte)
            if looksSecret(word) || (!word.isEmpty && isBearer(previous)) { cleaned += "[hidden]".utf8 } else { cleaned += word }
            if !word.isEmpty { previous = word }
            rest = rest[word.endIndex...]
            let gap = rest.prefix { !isKeyByte($0) }
            cleaned += gap
            rest = rest[gap.endIndex...]
        }
        return cleaned
    }

    private static let bearer = Array("bearer".utf8)

    private static func isBearer(_ word: ArraySlice<UInt8>) -> Bool {
        word.count == bearer.count && zip(word, bearer).allSatisfy { $0 | 0x20 == $1 }
    }
}

// MARK: Keys

extension UpstreamText {
    private static let usualBeginnings = ["sk-", "sk_", "pk-", "org-", "proj_", "AIza"].map { Array($0.utf8) }

    /// Keys and account names by their usual beginnings, and whatever is too long to be a word.
    private static func looksSecret(_ word: ArraySlice<UInt8>) -> Bool {
        if usualBeginnings.contains(where: { word.starts(with: $0) }) { return true }
        var (run, digits) = (0, 0)
        for byte in word {
            run = isAlphanumeric(byte) ? run + 1 : 0
            digits = isDigit(byte) ? digits + 1 : 0
            if run >= 40 || digits >= accountDigits { return true }
        }
        return false
    }

    /// Numbers of accounts and projects (AWS, Google Cloud) have twelve digits; seeds have ten at most.
    private static let accountDigits = 12
    private static let space = UInt8(ascii: " ")

    /// Whether a character starts with the byte (UTF-8).
    private static func isStart(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case _: false
        }
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "*")...UInt8(ascii: "+"), UInt8(ascii: "-")...UInt8(ascii: "9"), UInt8(ascii: "="), UInt8(ascii: "_"): true
        case _: isAlphanumeric(byte)
        }
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-")...UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"): true
        case _: isAlphanumeric(byte)
        }
    }
}
