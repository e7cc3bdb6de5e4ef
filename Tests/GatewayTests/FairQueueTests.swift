import Testing

@testable import Gateway

@Suite struct FairQueueTests {
    func drain(_ queue: inout FairQueue<String, String>) -> [String] {
        var all: [String] = []
        while let next = queue.pop() { all.append(next) }
        return all
    }

    @Test func `keys are served in turn, and their elements in order`() {
        var queue = FairQueue<String, String>()
        for element in ["a1", "a2", "a3", "b1", "c1", "c2"] { queue.push(element, for: String(element.prefix(1))) }
        #expect(queue.count == 6)
        #expect(drain(&queue) == ["a1", "b1", "c1", "a2", "c2", "a3"])
        #expect(queue.isEmpty)
        #expect(queue.pop() == nil)
    }

    @Test func `a key that comes back goes behind the others`() {
        var queue = FairQueue<String, String>()
        queue.push("a1", for: "a")
        queue.push("b1", for: "b")
        queue.push("b2", for: "b")
        #expect(queue.pop() == "a1")
        queue.push("a2", for: "a")
        #expect(drain(&queue) == ["b1", "a2", "b2"])
    }

    @Test func `what is removed is not served, and its ticket is void`() {
        var queue = FairQueue<String, String>()
        let tickets = ["a1", "a2", "b1"].map { queue.push($0, for: String($0.prefix(1))) }
        #expect(queue.remove(tickets[0]) == "a1")
        #expect(queue.remove(tickets[0]) == nil)
        #expect(queue.remove(tickets[2]) == "b1")
        queue.push("b2", for: "b")
        #expect(drain(&queue) == ["a2", "b2"])
        #expect(queue.remove(tickets[1]) == nil)
    }

    @Test func `all that is meant is removed, oldest first`() {
        var queue = FairQueue<String, String>()
        for element in ["a1", "b1", "a2", "c1"] { queue.push(element, for: String(element.prefix(1))) }
        #expect(queue.removeAll { $0.hasSuffix("1") } == ["a1", "b1", "c1"])
        #expect(drain(&queue) == ["a2"])
    }

    @Test func `it agrees with a slow queue whatever happens`() {
        var random = SmallRandom(state: 7)
        var queue = FairQueue<Int, Int>()
        var slow: [(key: Int, element: Int, ticket: FairQueue<Int, Int>.Ticket)] = []
        var turns: [Int] = []
        for element in 0..<20_000 {
            switch random.next(below: 5) {
            case 0, 1:
                let key = random.next(below: 7)
                slow.append((key, element, queue.push(element, for: key)))
                if !turns.contains(key) { turns.append(key) }
            case 2 where !slow.isEmpty:
                let removed = slow.remove(at: random.next(below: slow.count))
                #expect(queue.remove(removed.ticket) == removed.element)
            case _:
                var expected: Int?
                while expected == nil, !turns.isEmpty {
                    let key = turns.removeFirst()
                    guard let place = slow.firstIndex(where: { $0.key == key }) else { continue }
                    expected = slow.remove(at: place).element
                    if slow.contains(where: { $0.key == key }) { turns.append(key) }
                }
                #expect(queue.pop() == expected)
            }
            #expect(queue.count == slow.count)
        }
    }
}

@Suite struct FairQueueSchedulerTests {
    @Test func `no more run than may, and owners take turns`() {
        var scheduler = TaskScheduler(maximumRunning: 2)
        #expect(scheduler.add("a1", owner: "a") == ["a1"])
        #expect(scheduler.add("a2", owner: "a") == ["a2"])
        for id in ["a3", "a4", "b1"] { #expect(scheduler.add(id, owner: String(id.prefix(1))) == []) }
        #expect(scheduler.runningCount == 2)
        #expect(scheduler.waitingCount == 3)
        #expect(scheduler.finish("a1") == ["a3"])
        #expect(scheduler.finish("a2") == ["b1"])
        #expect(scheduler.finish("b1") == ["a4"])
        #expect(scheduler.finish("a4") == [])
        #expect(scheduler.finish("a3") == [])
        #expect(scheduler.runningCount == 0)
    }

    @Test func `a task that waits can be taken out, one that runs cannot`() {
        var scheduler = TaskScheduler(maximumRunning: 1)
        #expect(scheduler.add("a", owner: "o") == ["a"])
        _ = scheduler.add("b", owner: "o")
        _ = scheduler.add("c", owner: "o")
        let isTaken = scheduler.remove("b")
        #expect(isTaken)
        let isTakenAgain = scheduler.remove("b")
        #expect(!isTakenAgain)
        let isRunningTaken = scheduler.remove("a")
        #expect(!isRunningTaken)
        #expect(scheduler.finish("a") == ["c"])
    }

    @Test func `a task is admitted once, and the end of an unknown one makes no room`() {
        var scheduler = TaskScheduler(maximumRunning: 0)
        #expect(scheduler.maximumRunning == 1)
        #expect(scheduler.add("a", owner: "o") == ["a"])
        #expect(scheduler.add("a", owner: "o") == [])
        #expect(scheduler.add("b", owner: "o") == [])
        #expect(scheduler.add("b", owner: "p") == [])
        #expect(scheduler.finish("nobody") == [])
        #expect(scheduler.finish("b") == [])
        #expect(scheduler.finish("a") == ["b"])
    }

    @Test func `a task taken out may be added again`() {
        var scheduler = TaskScheduler(maximumRunning: 1)
        _ = scheduler.add("a", owner: "o")
        _ = scheduler.add("b", owner: "o")
        scheduler.remove("b")
        #expect(scheduler.add("b", owner: "o") == [])
        #expect(scheduler.finish("a") == ["b"])
        #expect(scheduler.waitingCount == 0)
        #expect(scheduler.finish("b") == [])
    }
}

/// Chance that is the same in every run.
private struct SmallRandom {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
