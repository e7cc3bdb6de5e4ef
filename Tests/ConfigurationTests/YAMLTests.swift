import Testing

@testable import Configuration

@Suite struct YAMLTests {
    private func read(_ text: String, environment: [String: String] = [:]) -> (node: YAMLNode?, mistakes: [String]) {
        let report = Report(file: "z.yaml")
        let node = YAMLDocument.read(Array(text.utf8), environment: environment, report: report)
        return (node, report.mistakes.map(\.description))
    }

    private func scalar(_ text: String, environment: [String: String] = [:]) -> YAMLScalar? {
        guard case .scalar(let scalar) = read(text, environment: environment).node?.content else { return nil }
        return scalar
    }

    @Test func `members keep their order and their lines`() {
        let (node, mistakes) = read("a: 1\n\n# remark\nb:\n  - x\n  - 'y'\n")
        #expect(mistakes.isEmpty)
        guard case .mapping(let members) = node?.content else { return #expect(Bool(false), "no mapping") }
        #expect(members.map(\.name) == ["a", "b"])
        #expect(members.map(\.line) == [1, 4])
        guard case .sequence(let elements) = members.last?.value.content else { return #expect(Bool(false), "no sequence") }
        #expect(elements.map(\.line) == [5, 6])
    }

    @Test(arguments: ["", "# nothing\n", "\u{FEFF}", "---\n...\n"])
    func `an empty text is an empty mapping`(text: String) {
        let (node, mistakes) = read(text)
        #expect(mistakes.isEmpty)
        #expect(node?.content == .mapping([]) || node?.isNull == true)
    }

    @Test(arguments: [
        ("a: [1, 2\nb: 3\n", "z.yaml:2: not valid YAML"),
        ("a: b: c\n", "z.yaml:1: not valid YAML"),
        ("a: 1\n\tb: 2\n", "z.yaml:2: not valid YAML"),
        ("a: 1\nb: \u{0}\n", "z.yaml:2: not valid YAML"),
        ("a: 1\n---\nb: 2\n", "z.yaml:2: a second document"),
        ("? [a, b]\n: 1\n", "z.yaml:1: a key must be a text"),
        ("a: \u{F8FE}\n", "z.yaml:1: the characters U+F8FE"),
        (String(repeating: "[", count: 40), "z.yaml:1: nested too deeply"),
        (String(repeating: "[", count: 100_000), "z.yaml:1: "),
    ])
    func `a text that is no YAML is one mistake with its line`(text: String, start: String) {
        let (node, mistakes) = read(text)
        #expect(node == nil)
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.hasPrefix(start) == true, "\(mistakes)")
    }

    @Test func `bytes that are no UTF-8 are a mistake`() {
        let report = Report(file: "z.yaml")
        #expect(YAMLDocument.read([0x61, 0x3A, 0x0A, 0xFF, 0xFE], environment: [:], report: report) == nil)
        #expect(report.mistakes.first?.line == 2)
    }

    @Test func `a file larger than 1 MiB is refused`() {
        #expect(read(String(repeating: "#", count: 1 << 20 + 1)).mistakes == ["z.yaml: larger than 1 MiB"])
    }

    @Test func `anchors, aliases, tags and repeated keys are mistakes`() {
        let mistakes = read("a: &x 1\nb: *x\nc: !!int 3\na: 2\n").mistakes
        #expect(
            mistakes == [
                "z.yaml:1: a: anchors and tags have no meaning here",
                "z.yaml:2: b: aliases have no meaning here; write the value out",
                "z.yaml:3: c: anchors and tags have no meaning here",
                "z.yaml:4: a: written twice; it is already on line 1",
            ])
    }

    @Test(arguments: [
        ("${A}", "one"), ("x${A}y${B}z", "xoneytwoz"), ("'${A}'", "one"), ("\"${A}\"", "one"), ("${NO:-d}", "d"), ("${EMPTY:-d}", "d"),
        ("${A:-d}", "one"), ("${EMPTY}", ""), ("${NO:-}", ""), ("${NO:-http://h:1/a?b#c}", "http://h:1/a?b#c"), ("$${A}", "${A}"),
        ("$A", "$A"), ("5$", "5$"), ("${HOSTILE}", "x\nauth: none # ${A}"),
    ])
    func `variables are put in`(text: String, value: String) {
        let environment = ["A": "one", "B": "two", "EMPTY": "", "HOSTILE": "x\nauth: none # ${A}"]
        #expect(scalar(text, environment: environment)?.text == value)
    }

    @Test func `a variable may stand unquoted inside braces`() {
        let (node, mistakes) = read("{ a: ${A}, b: [${A}] } # ${NO}", environment: ["A": "1, c: 2"])
        #expect(mistakes.isEmpty)
        guard case .mapping(let members) = node?.content else { return #expect(Bool(false), "no mapping") }
        #expect(members.map(\.name) == ["a", "b"])
        #expect(members.first?.value.content == .scalar(YAMLScalar(text: "1, c: 2", written: "${A}", isPlain: true)))
    }

    @Test func `a missing variable is a mistake that names line and key`() {
        #expect(read("a:\n  b: ['', '${NO}']\n").mistakes == ["z.yaml:2: a.b[1]: the environment variable NO is not set"])
    }

    @Test(arguments: ["a: ${", "a: '${A'", "a: ${}", "a: ${1A}", "a: ${A-b}", "a: ${A B}"])
    func `what looks like a variable and is none is a mistake`(text: String) {
        let line = "z.yaml:1: a: ${ must start ${NAME} or ${NAME:-default}; $${ writes it as text"
        #expect(read(text, environment: ["A": "1"]).mistakes == [line])
    }

    @Test func `a key cannot hold a variable`() {
        #expect(read("${A}: 1", environment: ["A": "x"]).mistakes == ["z.yaml:1: ${A}: a key cannot hold a variable"])
    }
}
