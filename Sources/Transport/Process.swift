import CShims
import Glibc

/// What the system says of this process.
package enum Process {
    /// The environment; of a name that comes twice the first counts.
    package static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = zoe_environment()
        while let text = entry?.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, variables[String(pair[0])] == nil { variables[String(pair[0])] = String(pair[1]) }
            entry = entry.map { $0 + 1 }
        }
        return variables
    }

    /// Lets the process open as many descriptors as it may.
    /// - Returns: how many that are.
    @discardableResult
    package static func raiseDescriptorLimit() -> Int {
        Int(zoe_raise_descriptor_limit())
    }

    /// Lets the allocator keep buffers of up to 32 MiB, 48 MiB together in each arena, instead of handing them back to the system after
    /// every large body: fresh pages cost more than the body's copies.
    package static func keepLargeBuffers() {
        zoe_keep_large_buffers(32 << 20, 48 << 20)
    }

    /// Cores this process may use.
    package static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// A whole file. Blocks.
    package static func readFile(_ path: String) throws(SystemError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(number: errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// The names in a folder, sorted, without those that begin with a dot.
    package static func names(in folder: String) throws(SystemError) -> [String] {
        guard let stream = opendir(folder) else { throw SystemError(number: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
