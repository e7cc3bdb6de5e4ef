@testable import HTTP

extension Corpus {
    private static func chunked(_ name: String, _ body: String, _ expected: Transcript, _ why: String) -> ConformanceCase {
        var expected = expected
        expected.events.insert("POST / chunked", at: 0)
        return ConformanceCase(name, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body, expected, why)
    }

    private static func size(_ name: String, _ line: String, _ why: String = "RFC 9112 §7.1: hexadecimal digits only") -> ConformanceCase {
        chunked(name, "\(line)\r\nhello\r\n0\r\n\r\n", .refused(.chunk), why)
    }

    private static func extended(_ name: String, _ extensions: String, _ why: String = "RFC 9112 §7.1.1") -> ConformanceCase {
        chunked(name, "5\(extensions)\r\nhello\r\n0\(extensions)\r\n\r\n", .accepted("body hello", "end"), why)
    }

    private static func badly(_ name: String, _ extensions: String, _ why: String = "RFC 9112 §7.1.1") -> ConformanceCase {
        size(name, "5" + extensions, why)
    }

    static let chunks: [ConformanceCase] = [
        chunked("two chunks", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", .accepted("body hello", "end"), "RFC 9112 §7.1"),
        chunked("no chunk but the last", "0\r\n\r\n", .accepted("end"), "RFC 9112 §7.1"),
        chunked("a last chunk of many zeros", "0000\r\n\r\n", .accepted("end"), "RFC 9112 §7.1: 1*\"0\""),
        chunked("a size in small letters", "a\r\n0123456789\r\n0\r\n\r\n", .accepted("body 0123456789", "end"), "RFC 9112 §7.1"),
        chunked("a size in capital letters", "A\r\n0123456789\r\n0\r\n\r\n", .accepted("body 0123456789", "end"), "RFC 9112 §7.1"),
        chunked("a size with leading zeros", "00000000000000000005\r\nhello\r\n0\r\n\r\n", .accepted("body hello", "end"), "RFC 9112 §7.1"),
        chunked("data of line ends", "4\r\n\r\n\r\n\r\n0\r\n\r\n", .accepted("body \r\n\r\n", "end"), "RFC 9112 §7.1"),
        chunked(
            "data that looks like a last chunk", "7\r\n0\r\n\r\nGE\r\n0\r\n\r\n", .accepted("body 0\r\n\r\nGE", "end"), "RFC 9112 §7.1"),
        extended("an extension without a value", ";a"), extended("an extension with a value", ";a=b"),
        extended("two extensions", ";a=b;c=d"), extended("an extension with a quoted value", ";a=\"b c;d\""),
        extended("an escaped quote in a value", ";a=\"b\\\"c\""), extended("an empty quoted value", ";a=\"\""),
        extended("obs-text in a quoted value", ";a=\"\u{e9}\""), extended("blanks around an extension", " ; a = b"),
        extended("tabs around an extension", "\t;\ta\t=\tb"), extended("a blank between two extensions", ";a ;b"),
        size("a size with a plus sign", "+5"), size("a size with a minus sign", "-5"), size("a size of minus zero", "-0"),
        size("a size with 0x", "0x5"), size("a size with a capital 0X", "0X5"), size("a size with an h behind", "5h"),
        size("a space before a size", " 5"), size("a tab before a size", "\t5"), size("a space behind a size", "5 "),
        size("a tab behind a size", "5\t"), size("a space inside a size", "0 5"), size("no size", ""), size("a letter as size", "g"),
        size("an underscore in a size", "0_5"), size("a comma behind a size", "5,"), size("a dot in a size", "5.0"),
        size("a size in other digits", "\u{b2}"), size("a quote before a size", "\"5\""), size("a letter behind a size", "5z"),
        size("a size beyond 64 bits", "10000000000000005", "RFC 9112 §7.1: overflow must be anticipated"),
        size("a size beyond 63 bits", "8000000000000000", "RFC 9112 §7.1: overflow must be anticipated"),
        size("a size of all ones", "FFFFFFFFFFFFFFFF", "RFC 9112 §7.1: overflow must be anticipated"),
        size("a size of many digits", String(repeating: "f", count: 40), "RFC 9112 §7.1: overflow must be anticipated"),
        size("NUL behind a size", "5\0"), size("a vertical tab behind a size", "5\u{0B}"), size("a form feed behind a size", "5\u{0C}"),
        size("a bare CR behind a size", "5\r", "RFC 9112 §2.2"),
        chunked("a size line ended by bare LF", "5\nhello\r\n0\r\n\r\n", .refused(.chunk), "RFC 9112 §2.2"),
        chunked("a size line ended by bare CR", "5\rhello\r\n0\r\n\r\n", .refused(.chunk), "RFC 9112 §2.2"),
        chunked("a bare LF before a size", "\n5\r\nhello\r\n0\r\n\r\n", .refused(.chunk), "RFC 9112 §2.2"),
        badly("a semicolon without an extension", ";"), badly("two semicolons", ";;a"), badly("an extension without a name", ";=a"),
        badly("an extension without a value behind the sign", ";a="), badly("a quoted value that does not end", ";a=\"b"),
        badly("a quoted value that ends in an escape", ";a=\"b\\\""), badly("a word behind a quoted value", ";a=\"b\"c"),
        badly("a slash in an extension", ";a/b"), badly("an extension with two values", ";a=b=c"), badly("a comma in an extension", ";a,b"),
        badly("a blank behind an extension", ";a "), badly("a blank behind a value", ";a=b "),
        badly("an extension without a semicolon", "a=g"),
        badly("NUL in an extension", ";a\0"), badly("NUL in a quoted value", ";a=\"\0\""),
        badly("a control byte in an extension", ";a=\u{01}"),
        badly("DEL in an extension", ";a=\u{7f}"), badly("obs-text in an extension", ";\u{e9}"),
        badly("a bare CR in an extension", ";a\rb", "RFC 9112 §2.2"), badly("a bare LF in an extension", ";a\nb", "RFC 9112 §2.2"),
        badly("a line end in a quoted value", ";a=\"\n\"", "RFC 9112 §2.2"),
        chunked("data without a line end", "5\r\nhello0\r\n\r\n", .refused(.chunk, after: "body hello"), "RFC 9112 §7.1"),
        chunked("data longer than its size", "5\r\nhello!\r\n0\r\n\r\n", .refused(.chunk, after: "body hello"), "RFC 9112 §7.1"),
        chunked("data shorter than its size", "6\r\nhello\r\n0\r\n\r\n", .refused(.chunk, after: "body hello\r"), "RFC 9112 §7.1"),
        chunked("data ended by bare LF", "5\r\nhello\n0\r\n\r\n", .refused(.chunk, after: "body hello"), "RFC 9112 §2.2"),
        chunked("data ended by bare CR", "5\r\nhello\r0\r\n\r\n", .refused(.chunk, after: "body hello"), "RFC 9112 §2.2"),
        chunked("data ended by LF CR", "5\r\nhello\n\r0\r\n\r\n", .refused(.chunk, after: "body hello"), "RFC 9112 §2.2"),
        chunked("data ended by two other bytes", "5\r\nhelloxx0\r\n\r\n", .refused(.chunk, after: "body hello"), "RFC 9112 §7.1"),
        chunked("an empty line between chunks", "5\r\nhello\r\n\r\n0\r\n\r\n", .refused(.chunk, after: "body hello"), "RFC 9112 §7.1"),
        chunked("an end in the size", "5", .refused(.truncated), "RFC 9112 §8"),
        chunked("an end in the data", "5\r\nhel", .refused(.truncated, after: "body hel"), "RFC 9112 §8"),
        chunked("an end behind the data", "5\r\nhello", .refused(.truncated, after: "body hello"), "RFC 9112 §8"),
        chunked("an end in the line end behind the data", "5\r\nhello\r", .refused(.truncated, after: "body hello"), "RFC 9112 §8"),
        chunked("an end without a last chunk", "5\r\nhello\r\n", .refused(.truncated, after: "body hello"), "RFC 9112 §8"),
        chunked("an end without the empty line", "0\r\n", .refused(.truncated), "RFC 9112 §8"),
    ]

    private static func trailing(_ name: String, _ lines: String, _ expected: Transcript, _ why: String) -> ConformanceCase {
        chunked(name, "0\r\n\(lines)\r\n\r\n", expected, why)
    }

    static let trailers: [ConformanceCase] = [
        trailing("a trailer", "X-Sum: 1", .accepted("end X-Sum=1"), "RFC 9112 §7.1.2"),
        trailing("two trailers", "X-Sum: 1\r\nX-Time: 2", .accepted("end X-Sum=1 X-Time=2"), "RFC 9112 §7.1.2"),
        trailing("an ETag as trailer", "ETag: \"a\"", .accepted("end ETag=\"a\""), "RFC 9110 §6.5"),
        trailing("a Content-Length as trailer", "Content-Length: 5", .accepted("end"), "RFC 9110 §6.5.1: dropped"),
        trailing("a Transfer-Encoding as trailer", "Transfer-Encoding: chunked", .accepted("end"), "RFC 9110 §6.5.1: dropped"),
        trailing("a Host as trailer", "Host: evil", .accepted("end"), "RFC 9110 §6.5.1: dropped"),
        trailing("an Authorization as trailer", "Authorization: Bearer x", .accepted("end"), "RFC 9110 §6.5.1: dropped"),
        trailing("a Connection as trailer", "Connection: close", .accepted("end"), "RFC 9110 §6.5.1: dropped"),
        trailing("a Content-Type as trailer", "CONTENT-TYPE: text/html", .accepted("end"), "RFC 9110 §6.5.1: dropped"),
        trailing("a Set-Cookie as trailer", "Set-Cookie: a=b", .accepted("end"), "RFC 9110 §6.5.1: dropped"),
        trailing("a forbidden trailer among others", "X: 1\r\nHost: evil\r\nY: 2", .accepted("end X=1 Y=2"), "RFC 9110 §6.5.1: dropped"),
        trailing("a trailer with a space before its colon", "X : 1", .refused(.field), "RFC 9112 §5.1"),
        trailing("a folded trailer", "X: 1\r\n 2", .refused(.field), "RFC 9112 §5.2"),
        trailing("a trailer without a colon", "X", .refused(.field), "RFC 9112 §5"),
        trailing("a trailer without a name", ": 1", .refused(.field), "RFC 9112 §5"),
        trailing("NUL in a trailer", "X: \0", .refused(.field), "RFC 9110 §5.5"),
        trailing("a bare LF in a trailer", "X: 1\nY: 2", .refused(.field), "RFC 9112 §2.2"),
        trailing("a bare CR in a trailer", "X: 1\rY: 2", .refused(.field), "RFC 9112 §2.2"),
        trailing("a request in place of trailers", "GET / HTTP/1.1\r\nHost: a", .refused(.field), "RFC 9112 §7.1.2"),
        chunked("trailers ended by bare LF", "0\r\nX: 1\r\n\n", .refused(.field), "RFC 9112 §2.2"),
        chunked("a last chunk ended by bare LF", "0\r\n\n", .refused(.field), "RFC 9112 §2.2"),
        chunked("an end inside trailers", "0\r\nX: 1\r\n", .refused(.truncated), "RFC 9112 §8"),
    ]
}
