/// Makes an upstream's words fit for the log and the caller: short, on one line, without keys, account names or the prompt.
package enum UpstreamText {
    /// Longest message that is passed on, in characters.
    package static let maximumLength = 300

    /// Text as it may be passed on.
    package static func cleaned(_ text: String, hiding secrets: [String], prompt: String?) -> String {
        var line = singleLine(text.prefix(4096))
        for secret in secrets { line = line.replacing(secret, with: "[hidden]") }
        line = hidingPrompt(prompt.map { singleLine($0[...]) } ?? "", in: line)
        line = hidingKeys(in: line)
        return line.count > maximumLength ? line.prefix(maximumLength - 1) + "…" : line
    }

    /// A code or a field name as it may be passed on; nil where it is none.
    package static func identifier(_ text: String?) -> String? {
        guard let text, (1...80).contains(text.utf8.count), text.utf8.allSatisfy(isIdentifier) else { return nil }
        return looksSecret(text[...]) ? nil : text
    }

    private static func singleLine(_ text: Substring) -> String {
        text.split { $0.isWhitespace || $0.isNewline || $0.unicodeScalars.contains(where: isControl) }.joined(separator: " ")
    }

    /// Control characters of both ranges, which terminals obey, and those that turn the direction of writing.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        case _: false
        }
    }

    /// Hides the prompt, also where only its beginning is quoted; one of less than 8 characters tells nothing.
    private static func hidingPrompt(_ prompt: String, in line: String) -> String {
        guard prompt.count >= 8, let start = line.firstRange(of: String(prompt.prefix(24)))?.lowerBound else { return line }
        let shared = zip(line[start...], prompt).prefix { $0 == $1 }.count
        let rest = String(line[line.index(start, offsetBy: shared)...])
        return line[..<start] + "[prompt]" + hidingPrompt(prompt, in: rest)
    }

    private static func hidingKeys(in line: String) -> String {
        var cleaned = ""
        var rest = line[...]
        var previous = ""
        while !rest.isEmpty {
            let word = rest.prefix { $0.utf8.allSatisfy(isKeyByte) }
            cleaned += looksSecret(word) || (previous == "bearer" && !word.isEmpty) ? "[hidden]" : word
            if !word.isEmpty { previous = word.lowercased() }
            rest = rest[word.endIndex...]
            let gap = rest.prefix { !$0.utf8.allSatisfy(isKeyByte) }
            cleaned += gap
            rest = rest[gap.endIndex...]
        }
        return cleaned
    }

    /// Keys and account names by their usual beginnings, and whatever is too long to be a word.
    private static func looksSecret(_ word: Substring) -> Bool {
        if ["sk-", "sk_", "pk-", "org-", "proj_", "AIza"].contains(where: word.hasPrefix) { return true }
        var (run, digits) = (0, 0)
        for byte in word.utf8 {
            run = isAlphanumeric(byte) ? run + 1 : 0
            digits = isDigit(byte) ? digits + 1 : 0
            if run >= 40 || digits >= accountDigits { return true }
        }
        return false
    }

    /// Numbers of accounts and projects (AWS, Google Cloud) have twelve digits; seeds have ten at most.
    private static let accountDigits = 12

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case _: false
        }
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-_.*+/=".utf8.contains(byte)
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-_.[]".utf8.contains(byte)
    }
}
