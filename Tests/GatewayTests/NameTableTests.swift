import Testing

@testable import Gateway

@Suite struct NameTableTests {
    @Test(arguments: [3, 12, 40]) func `few names and many are found where they stand`(count: Int) {
        var table = NameTable<Int>()
        for number in 0..<count { #expect(table.place(of: "key-\(number)", orNew: number) == number) }
        for number in 0..<count {
            #expect(table.place(of: "key-\(number)") == number)
            #expect(table.place(of: "key-\(number)", orNew: -1) == number && table.values[number] == number)
        }
        #expect(table.count == count && table.place(of: "another") == nil)
    }

    @Test func `what is forgotten leaves the others where they can be found`() {
        var table = NameTable<Int>()
        for number in 0..<40 { _ = table.place(of: "key-\(number)", orNew: number) }
        table.keep { name, value in value % 4 == 0 && name != "key-8" }
        #expect(table.values == [0, 4, 12, 16, 20, 24, 28, 32, 36])
        #expect(table.place(of: "key-36") == 8 && table.place(of: "key-8") == nil && table.place(of: "key-1") == nil)
    }
}
