import Testing

@testable import Transport

struct OutputQueueTests {
    private func bytes(_ piece: OutputQueue.Piece?) -> [UInt8]? {
        guard case .bytes(let bytes) = piece else { return nil }
        return Array(bytes)
    }

    @Test func `pieces come out in the order in which they went in`() {
        var queue = OutputQueue()
        queue.append(.bytes([1, 2]))
        queue.append(.bytes([3]))
        #expect(queue.count == 3)
        #expect(bytes(queue.first) == [1, 2])
        queue.dropFirst(2)
        #expect(bytes(queue.first) == [3])
        queue.dropFirst(1)
        #expect(queue.isEmpty && queue.first == nil)
    }

    @Test func `a piece that is sent in part keeps its rest`() {
        var queue = OutputQueue()
        queue.append(.bytes([0, 1, 2, 3, 4][1...]))
        queue.dropFirst(3)
        #expect(bytes(queue.first) == [4])
        #expect(queue.count == 1)
    }

    @Test func `the rest of a file begins where sending stopped`() throws {
        var queue = OutputQueue()
        queue.append(.file(try SpooledFile.temporary(in: "/tmp"), 10..<100))
        queue.dropFirst(25)
        guard case .file(_, let range) = queue.first else { return #expect(Bool(false), "no file") }
        #expect(range == 35..<100)
        #expect(queue.count == 65)
    }

    @Test func `an emptied queue is used again`() {
        var queue = OutputQueue()
        for round in 0..<3 {
            queue.append(.bytes([UInt8(round)]))
            queue.append(.bytes([9]))
            #expect(bytes(queue.first) == [UInt8(round)])
            queue.dropFirst(1)
            queue.dropFirst(1)
            #expect(queue.isEmpty)
        }
    }
}
