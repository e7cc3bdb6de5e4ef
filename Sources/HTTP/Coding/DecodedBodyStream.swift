package import Compression
import Synchronization

/// A body whose content coding is undone while it is read, within a limit.
package final class DecodedBodyStream: HTTPBodyStream {
    private let coded: any HTTPBodyStream
    private let state: Mutex<State>

    fileprivate struct State: ~Copyable {
        var inflater: Inflater?
        var remaining: Int
        var isEnded = false
        var isEmpty = true
    }

    private init(_ coded: any HTTPBodyStream, format: CompressionFormat?, maximum: Int) {
        self.coded = coded
        state = Mutex(State(inflater: format.map { Inflater(format: $0, maximumOutput: maximum) }, remaining: maximum))
    }

    /// - Parameters:
    ///   - stream: made only where its coding is known.
    ///   - length: bytes before decoding; nil: not told.
    ///   - maximum: bytes after decoding.
    /// - Throws: `malformed` for a coding we do not know.
    static func make(
        _ stream: @autoclosure () -> any HTTPBodyStream, _ fields: HTTPFields, length: Int?, _ maximum: Int
    ) throws(HTTPClientError) -> any HTTPBodyStream {
        switch ContentCoding(fields) {
        case .identity where length.map { $0 <= maximum } ?? false: return stream()
        case .identity: return DecodedBodyStream(stream(), format: nil, maximum: maximum)
        case .coded(let format): return DecodedBodyStream(stream(), format: format, maximum: maximum)
        case .unknown: throw HTTPClientError(.malformed, "unknown content coding")
        }
    }

    /// For request bodies; nil for a coding we do not know.
    /// - Parameter length: bytes before decoding; nil: not told.
    package static func request(
        _ stream: any HTTPBodyStream, _ fields: HTTPFields, length: Int? = nil, maximum: Int
    ) -> (any HTTPBodyStream)? {
        try? make(stream, fields, length: length, maximum)
    }

    package func arrived() throws -> ArrivedBody? {
        while let arrived = try coded.arrived() {
            guard case .bytes(let bytes) = arrived else {
                try state.withLock { state throws(HTTPClientError) in try state.finish() }
                return .end
            }
            let decoded = try state.withLock { state throws(HTTPClientError) in try state.decode(bytes) }
            if !decoded.isEmpty { return .bytes(decoded) }
        }
        return nil
    }

    package func next() async throws -> ArraySlice<UInt8>? {
        while let bytes = try await coded.next() {
            let decoded = try state.withLock { state throws(HTTPClientError) in try state.decode(bytes) }
            if !decoded.isEmpty { return decoded }
        }
        try state.withLock { state throws(HTTPClientError) in try state.finish() }
        return nil
    }
}

extension DecodedBodyStream.State {
    mutating func decode(_ bytes: ArraySlice<UInt8>) throws(HTTPClientError) -> ArraySlice<UInt8> {
        isEmpty = false
        var decoded = bytes
        if inflater != nil {
            do throws(CompressionError) { decoded = try inflater!.append(bytes)[...] } catch {
                throw HTTPClientError(error == .bomb ? .tooLarge : .malformed, "content coding: \(error)")
            }
        }
        remaining -= decoded.count
        guard remaining >= 0 else { throw HTTPClientError(.tooLarge, "the content is too large") }
        return decoded
    }

    mutating func finish() throws(HTTPClientError) {
        // A HEAD or 304 answer names the coding of content that it does not have.
        guard inflater != nil, !isEnded, !isEmpty else { return }
        isEnded = true
        do throws(CompressionError) { try inflater!.finish() } catch {
            throw HTTPClientError(.malformed, "content coding: \(error)")
        }
    }
}

/// What `content-encoding` says, as far as we can undo it (RFC 9110 §8.4).
package enum ContentCoding: Sendable, Hashable {
    case identity
    case coded(CompressionFormat)
    case unknown

    package init(_ fields: HTTPFields) {
        guard fields.contains(.contentEncoding) else {
            self = .identity
            return
        }
        switch fields.list(of: .contentEncoding).map({ $0.lowercased() }).filter({ $0 != "identity" }) {
        case []: self = .identity
        case ["gzip"], ["x-gzip"]: self = .coded(.gzip)
        case ["deflate"]: self = .coded(.deflate)
        default: self = .unknown
        }
    }
}
