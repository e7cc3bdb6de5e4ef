import HTTP
import Media
import Testing
import Transport

@testable import Gateway

@Suite struct KeyRingTests {
    @Test(arguments: [
        ("Bearer key-of-alice", "alice"), ("bearer  key-of-bob", "bob"), ("key-of-alice", "alice"), ("BEARER key-of-alice", "alice"),
    ])
    func `a key opens with and without the word before it`(value: String, name: String) {
        #expect(KeyRing.make().caller([.authorization: value])?.name == name)
    }

    @Test(arguments: ["Bearer", "Bearer ", "", "Bearer key-of-mallory", "Basic key-of-alice", "key-of-alic", "Bearer key-of-alice x"])
    func `anything else does not`(value: String) {
        #expect(KeyRing.make().caller([.authorization: value]) == nil)
    }

    @Test func `without a key only an open ring lets in`() {
        #expect(KeyRing.make().caller(HTTPFields()) == nil)
        #expect(KeyRing.make(isOpen: true).caller(HTTPFields()) == .anonymous)
        #expect(KeyRing(keys: [], isOpen: true).caller([.authorization: "Bearer whatever"]) == .anonymous)
        #expect(KeyRing(keys: [], isOpen: false).caller([.authorization: "Bearer whatever"]) == nil)
    }

    @Test func `a key that is shown to an open ring must be right`() {
        #expect(KeyRing.make(isOpen: true).caller([.authorization: "Bearer key-of-bob"])?.name == "bob")
        #expect(KeyRing.make(isOpen: true).caller([.authorization: "Bearer wrong"]) == nil)
    }

    @Test func `operators are those with an admin's key, and everybody where there are no keys`() {
        #expect(KeyRing.make().caller([.authorization: "key-of-ops"])?.isOperator == true)
        #expect(KeyRing.make().caller([.authorization: "key-of-alice"])?.isOperator == false)
        #expect(KeyRing(keys: [], isOpen: true).caller(HTTPFields())?.isOperator == true)
    }

    @Test func `the caller has its key's tier`() {
        let ring = KeyRing(keys: [KeySettings(name: "a", digest: SHA256.digest(of: [97]), tier: "gold")], isOpen: false)
        #expect(ring.caller([.authorization: "a"]) == Caller(name: "a", tier: "gold"))
    }
}
