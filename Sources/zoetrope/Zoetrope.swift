import Glibc
import Transport

/// The command line.
@main
enum Zoetrope {
    static let version = "0.1.0"

    static func main() {
        ProcessSignal.prepare()
        exit(Command.parse(Array(CommandLine.arguments.dropFirst())).run())
    }
}

/// Exit codes, after sysexits.h.
enum ExitCode {
    static let success: Int32 = 0
    static let failure: Int32 = 1
    /// The command line makes no sense.
    static let usage: Int32 = 64
    /// The configuration is wrong.
    static let configuration: Int32 = 78
}

func printError(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = write(2, bytes, bytes.count)
}
