import Glibc
import Transport

/// What the system says of this process, under the names that Prometheus' own clients use.
struct ProcessFacts: Sendable {
    /// Bytes.
    var resident: Int?
    /// Bytes.
    var virtual: Int?
    var openDescriptors: Int?
    var maximumDescriptors = sysconf(Int32(_SC_OPEN_MAX))
    /// Of all threads, user and system.
    var processorSeconds = 0.0

    /// Reads from `/proc`. Blocks.
    static func read() -> ProcessFacts {
        var facts = ProcessFacts()
        let page = sysconf(Int32(_SC_PAGESIZE))
        if let bytes = try? Process.readFile("/proc/self/statm") {
            let pages = String(decoding: bytes, as: UTF8.self).split(separator: " ").prefix(2).map { Int($0) }
            facts.virtual = pages.first?.map { $0 * page }
            facts.resident = pages.last?.map { $0 * page }
        }
        // One of them is the folder's own.
        facts.openDescriptors = (try? Process.names(in: "/proc/self/fd")).map { $0.count - 1 }
        var time = timespec()
        if clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 {
            facts.processorSeconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
        }
        return facts
    }

    func write(startedAt started: Int, to text: inout MetricsText) {
        func optional(_ value: Int?) -> [(labels: MetricsText.Labels, value: Double)] { value.map { [([], Double($0))] } ?? [] }
        text.add(.gauge, "process_resident_memory_bytes", "Memory in use.", optional(resident))
        text.add(.gauge, "process_virtual_memory_bytes", "Address space in use.", optional(virtual))
        text.add(.counter, "process_cpu_seconds_total", "CPU time of all threads, user and system.", processorSeconds)
        text.add(.gauge, "process_open_fds", "Open file descriptors.", optional(openDescriptors))
        text.add(.gauge, "process_max_fds", "File descriptors that may be open.", optional(maximumDescriptors))
        text.add(.gauge, "process_start_time_seconds", "When the process started, in seconds since 1970.", Double(started))
    }
}
