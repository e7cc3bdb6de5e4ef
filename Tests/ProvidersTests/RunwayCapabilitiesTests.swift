import Media
import Testing

@testable import Providers

@Suite struct `Runway's capabilities` {
    @Test(arguments: RunwayModel.known.keys.sorted())
    func `the size that a model usually gets is one that it takes`(_ name: String) {
        let model = RunwayModel(named: name)
        guard let ratio = model.usualRatio.flatMap(AspectRatio.init(parsing:)) else { return }
        #expect(model.sizes?.contains(.pixels(width: ratio.width, height: ratio.height)) == true)
    }

    @Test(arguments: RunwayModel.known.keys.sorted())
    func `a model of videos takes videos only where it changes them`(_ name: String) {
        let capabilities = RunwayModel(named: name).capabilities
        #expect(capabilities.acceptsVideoFile == capabilities.operations.contains(.editVideo))
        #expect(!capabilities.operations.isEmpty)
        #expect(capabilities.submitsJobs)
    }

    @Test func `a model that nobody knows is believed able`() {
        let capabilities = RunwayModel(named: "gen9").capabilities
        #expect(capabilities.operations == [.generate, .edit, .video, .editVideo, .remixVideo])
        #expect(capabilities.sizes == nil)
        #expect(capabilities.seconds == nil)
        #expect(RunwayModel(named: "upscale_v9").capabilities.operations == [.upscale])
    }

    @Test func `only a model with modes extends videos`() {
        #expect(RunwayModel(named: "seedance2_5").capabilities.operations.contains(.extendVideo))
        #expect(!RunwayModel(named: "aleph2").capabilities.operations.contains(.extendVideo))
    }
}
