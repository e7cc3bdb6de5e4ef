import Media
import Testing

@testable import Gateway

@Suite struct TaskIDTests {
    @Test(arguments: GenerationTask.Kind.allCases)
    func `an id tells its kind`(kind: GenerationTask.Kind) {
        let id = TaskID.make(kind, entropy: [UInt8](0..<17))
        #expect(id.hasPrefix("\(kind)_"))
        #expect(id.utf8.count == 32)
        #expect(TaskID.kind(of: id) == kind)
        #expect(TaskID.isValid(id))
    }

    @Test func `every byte of the entropy counts`() {
        let zeros = [UInt8](repeating: 0, count: 17)
        var ids = Set([TaskID.make(.image, entropy: zeros)])
        for index in zeros.indices {
            var entropy = zeros
            entropy[index] = 0x80
            ids.insert(TaskID.make(.image, entropy: entropy))
        }
        #expect(ids.count == 18)
    }

    @Test func `a text that is no id is refused`() {
        let random = String(repeating: "0", count: 26)
        let foreign = [
            "", "_", "image_", "video", random, "image\(random)", "image_\(random.dropLast())", "image_\(random)0", "Image_\(random)",
            "audio_\(random)", "video__\(random.dropLast())", "video_\(random.dropLast())u", "video_\(random.dropLast())A",
            "video_\(random.dropLast())\0", "video_\(random.dropLast())/", "video_\(random.dropLast(2))\u{E9}", " video_\(random)",
            "video_\(random.dropLast()) ", "video_\(random.dropLast())'", "video_../../\(random.dropLast(6))",
        ]
        for text in foreign { #expect(!TaskID.isValid(text), "\(text)") }
    }
}
