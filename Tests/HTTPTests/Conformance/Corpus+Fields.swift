@testable import HTTP

extension Corpus {
    private static func hosts(_ name: String, _ fields: String, _ why: String, version: String = "1.1") -> ConformanceCase {
        ConformanceCase(name, "GET / HTTP/\(version)\r\n\(fields)\r\n", .refused(.host), why)
    }

    private static func host(accepting value: String) -> ConformanceCase {
        ConformanceCase("the host \(value)", "GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n", .accepted("GET / none", "end"), "RFC 9110 §7.2")
    }

    private static func host(refusing value: String, _ why: String = "RFC 9110 §7.2: uri-host and port") -> ConformanceCase {
        ConformanceCase("no host: \(value)", "GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n", .refused(.host), why)
    }

    static let hosts: [ConformanceCase] = [
        host(accepting: "example.com"), host(accepting: "EXAMPLE.com:8080"), host(accepting: "my_service"), host(accepting: "a-b.c~d"),
        host(accepting: "127.0.0.1:80"), host(accepting: "[::1]"), host(accepting: "[fe80::1]:8080"), host(accepting: "[::ffff:1.2.3.4]"),
        host(accepting: "a:"), host(accepting: "a:65535"), host(accepting: "a:0"), host(accepting: "a."),
        host(refusing: ""), host(refusing: "a b"), host(refusing: "a, b"), host(refusing: "a,b"), host(refusing: "a/b"),
        host(refusing: "u@a", "RFC 9110 §7.2: no user information"), host(refusing: "http://a"), host(refusing: "a:b"),
        host(refusing: "a:+80"),
        host(refusing: "a:-1"), host(refusing: "a:65536"), host(refusing: "a:80:80"), host(refusing: ":80"), host(refusing: "a:8 0"),
        host(refusing: "a?b"), host(refusing: "a#b"), host(refusing: "a\\b"),
        host(refusing: "a%2eb", "RFC 9110 §7.2: no real host is escaped"),
        host(refusing: "a\tb"), host(refusing: "\u{e9}.example"), host(refusing: "<script>"), host(refusing: "\"a\""), host(refusing: "*"),
        host(refusing: "[::1"), host(refusing: "::1"), host(refusing: "[]"), host(refusing: "[::1]a"), host(refusing: "[::g]"),
        host(refusing: "[::1]:x"), host(refusing: "[fe80::1%25eth0]", "RFC 9110 §4.2: a zone has no meaning elsewhere"),
        host(refusing: "a:99999999999999999999"), host(refusing: "'a'"), host(refusing: "a;b"),
        hosts("no fields at all", "", "RFC 9112 §3.2: Host is required"),
        hosts("no Host among the fields", "X: 1\r\n", "RFC 9112 §3.2: Host is required"),
        hosts("two Hosts that differ", "Host: a\r\nHost: b\r\n", "RFC 9112 §3.2: only one Host"),
        hosts("two equal Hosts", "Host: a\r\nHost: a\r\n", "RFC 9112 §3.2: only one Host"),
        hosts("two Hosts with a field between", "Host: a\r\nX: 1\r\nhost: b\r\n", "RFC 9112 §3.2: only one Host"),
        hosts("two Hosts in HTTP/1.0", "Host: a\r\nHost: b\r\n", "RFC 9112 §3.2: only one Host", version: "1.0"),
        hosts("an invalid Host in HTTP/1.0", "Host: a/b\r\n", "RFC 9112 §3.2", version: "1.0"),
        hosts("a name that only begins like Host", "Hosts: a\r\n", "RFC 9112 §3.2: Host is required"),
        .init(
            "absolute-form without Host", "GET http://a/ HTTP/1.1\r\n\r\n", .refused(.host), "RFC 9112 §3.2: Host is required all the same"),
        .init(
            "absolute-form of HTTP/1.0 without Host", "GET http://a/b HTTP/1.0\r\n\r\n", .accepted("GET /b none", "end"), "RFC 9112 §3.2.2"),
        .init(
            "absolute-form beats another Host", "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", .accepted("GET / none", "end"),
            "RFC 9112 §3.2.2"),
        .init("absolute-form beside an invalid Host", "GET http://a/ HTTP/1.1\r\nHost: b/c\r\n\r\n", .refused(.host), "RFC 9112 §3.2"),
    ]

    private static func field(_ name: String, _ line: String, _ why: String) -> ConformanceCase {
        ConformanceCase(name, "GET / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n", .refused(.field), why)
    }

    static let fieldLines: [ConformanceCase] = [
        field("a space before the colon", "X : 1", "RFC 9112 §5.1"),
        field("a tab before the colon", "X\t: 1", "RFC 9112 §5.1"),
        field("a space before the colon of Content-Length", "Content-Length : 5", "RFC 9112 §5.1"),
        field("a space before the colon of Transfer-Encoding", "Transfer-Encoding : chunked", "RFC 9112 §5.1"),
        field("a vertical tab before the colon", "X\u{0B}: 1", "RFC 9112 §5.1"),
        field("no colon", "X", "RFC 9112 §5"),
        field("no colon but an equals sign", "X=1", "RFC 9112 §5"),
        field("an empty name", ": 1", "RFC 9112 §5"),
        field("only a colon", ":", "RFC 9112 §5"),
        field("a space in a name", "X Y: 1", "RFC 9110 §5.6.2"),
        field("a slash in a name", "X/Y: 1", "RFC 9110 §5.6.2"),
        field("parentheses in a name", "X(Y): 1", "RFC 9110 §5.6.2"),
        field("a quote in a name", "\"X\": 1", "RFC 9110 §5.6.2"),
        field("an at sign in a name", "X@Y: 1", "RFC 9110 §5.6.2"),
        field("brackets in a name", "X[0]: 1", "RFC 9110 §5.6.2"),
        field("braces in a name", "{X}: 1", "RFC 9110 §5.6.2"),
        field("a backslash in a name", "X\\Y: 1", "RFC 9110 §5.6.2"),
        field("a comma in a name", "X,Y: 1", "RFC 9110 §5.6.2"),
        field("a semicolon in a name", "X;Y: 1", "RFC 9110 §5.6.2"),
        field("an equals sign in a name", "X=Y: 1", "RFC 9110 §5.6.2"),
        field("a question mark in a name", "X?: 1", "RFC 9110 §5.6.2"),
        field("angle brackets in a name", "<X>: 1", "RFC 9110 §5.6.2"),
        field("a byte above ASCII in a name", "X\u{e9}: 1", "RFC 9110 §5.6.2"),
        field("a no-break space behind a name", "Content-Length\u{a0}: 5", "RFC 9110 §5.6.2"),
        field("NUL in a name", "X\0: 1", "RFC 9110 §5.6.2"),
        field("a control byte in a name", "X\u{01}: 1", "RFC 9110 §5.6.2"),
        field("DEL in a name", "X\u{7f}: 1", "RFC 9110 §5.6.2"),
        field("NUL in a value", "X: a\0b", "RFC 9110 §5.5"),
        field("NUL as a value", "X: \0", "RFC 9110 §5.5"),
        field("a control byte in a value", "X: a\u{01}b", "RFC 9110 §5.5"),
        field("an escape byte in a value", "X: \u{1b}[31m", "RFC 9110 §5.5"),
        field("a backspace in a value", "X: \u{08}", "RFC 9110 §5.5"),
        field("DEL in a value", "X: a\u{7f}", "RFC 9110 §5.5"),
        field("a vertical tab in a value", "X: a\u{0B}b", "RFC 9110 §5.5"),
        field("a form feed in a value", "X: a\u{0C}b", "RFC 9110 §5.5"),
        field("a control byte late in a long value", "X: 0123456789abcdef0123456789\u{1f}", "RFC 9110 §5.5"),
        field("a control byte behind obs-text", "X: \u{ff}\u{80}\u{ff}\u{80}\u{ff}\u{80}\u{ff}\u{02}\u{ff}", "RFC 9110 §5.5"),
        field("DEL behind many tildes", "X: ~~~~~~~~~~~~~~~\u{7f}~", "RFC 9110 §5.5"),
        field("a bare CR in a value", "X: a\rb", "RFC 9112 §2.2"),
        field("a bare CR before a hidden field", "X: a\rY: b", "RFC 9112 §2.2"),
        field("a bare LF in a value", "X: a\nb", "RFC 9112 §2.2"),
        field("a bare LF before a hidden field", "X: a\nContent-Length: 5", "RFC 9112 §2.2"),
        field("CR CR LF after a value", "X: a\r", "RFC 9112 §2.2"),
        field("a folded value", "X: a\r\n b", "RFC 9112 §5.2: obs-fold"),
        field("a value folded with a tab", "X: a\r\n\tb", "RFC 9112 §5.2: obs-fold"),
        field("a folded Transfer-Encoding", "Transfer-Encoding:\r\n chunked", "RFC 9112 §5.2: obs-fold"),
        field("a fold that hides a field", "X: a\r\n Content-Length: 5", "RFC 9112 §5.2: obs-fold"),
        field("a line of white space only", " ", "RFC 9112 §5.2: obs-fold"),
        field("a line of a tab only", "\t", "RFC 9112 §5.2: obs-fold"),
        .init("white space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .refused(.field), "RFC 9112 §2.2"),
        .init("a tab before the first field", "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n", .refused(.field), "RFC 9112 §2.2"),
        .init("a head ended by bare LF", "GET / HTTP/1.1\r\nHost: a\r\n\n", .refused(.field), "RFC 9112 §2.2"),
        .init("a head ended by CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n", .refused(.field), "RFC 9112 §2.2"),
        .init("a field ended by bare LF", "GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n", .refused(.field), "RFC 9112 §2.2"),
        .init("a first field ended by bare CR", "GET / HTTP/1.1\r\nHost: a\rX: 1\r\n\r\n", .refused(.field), "RFC 9112 §2.2"),
    ]
}
