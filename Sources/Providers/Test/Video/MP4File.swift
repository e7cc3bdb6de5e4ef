/// One H.264 track as an MP4 file whose index comes first, so that it plays while it still arrives.
struct MP4File {
    let parameters: H264Parameters
    /// Units of one picture each, without their lengths.
    private(set) var pictures: [[UInt8]] = []
    /// Numbers of pictures that stand for themselves, from 1.
    private var keys: [Int] = []

    /// Ticks in a second.
    private static let timescale = 1000
    private static let identityMatrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000]

    init(_ parameters: H264Parameters) {
        self.parameters = parameters
    }

    mutating func append(_ picture: [UInt8], isKey: Bool) {
        pictures.append(picture)
        if isKey { keys.append(pictures.count) }
    }

    /// The whole file.
    var bytes: [UInt8] {
        var head = fileType.bytes
        // The index has the same size wherever the pictures begin.
        let mediaStart = head.count + movie(mediaStart: 0).bytes.count + 8
        head += movie(mediaStart: mediaStart).bytes
        var media = MP4Box("mdat")
        for picture in pictures {
            media.append(picture.count, bytes: 4)
            media.append(picture)
        }
        return head + media.bytes
    }

    private var ticksPerFrame: Int { Self.timescale / parameters.framesPerSecond }
    private var duration: Int { pictures.count * ticksPerFrame }

    private var fileType: MP4Box {
        var box = MP4Box("ftyp")
        box.append("isom")
        box.append(512, bytes: 4)
        box.append("isomiso2avc1mp41")
        return box
    }

    private func movie(mediaStart: Int) -> MP4Box {
        var header = MP4Box("mvhd", flags: 0)
        header.append([0, 0, Self.timescale, duration, 0x10000], bytes: 4)
        header.append([0x100, 0], bytes: 2)
        header.append([0, 0] + Self.identityMatrix + [0, 0, 0, 0, 0, 0] + [2], bytes: 4)
        var box = MP4Box("moov")
        box.append(header)
        box.append(track(mediaStart: mediaStart))
        return box
    }

    private func track(mediaStart: Int) -> MP4Box {
        // Enabled, and part of the presentation.
        var header = MP4Box("tkhd", flags: 3)
        header.append([0, 0, 1, 0, duration, 0, 0], bytes: 4)
        header.append([0, 0, 0, 0], bytes: 2)
        header.append(Self.identityMatrix + [parameters.width << 16, parameters.height << 16], bytes: 4)
        var box = MP4Box("trak")
        box.append(header)
        box.append(media(mediaStart: mediaStart))
        return box
    }

    private func media(mediaStart: Int) -> MP4Box {
        var header = MP4Box("mdhd", flags: 0)
        header.append([0, 0, Self.timescale, duration], bytes: 4)
        // Language: undetermined, five bits for each letter.
        header.append([0x55C4, 0], bytes: 2)
        var handler = MP4Box("hdlr", flags: 0)
        handler.append(0, bytes: 4)
        handler.append("vide")
        handler.append([0, 0, 0], bytes: 4)
        handler.append("Zoetrope\0")
        var box = MP4Box("mdia")
        box.append(header)
        box.append(handler)
        box.append(mediaInformation(mediaStart: mediaStart))
        return box
    }

    private func mediaInformation(mediaStart: Int) -> MP4Box {
        var header = MP4Box("vmhd", flags: 1)
        header.append([0, 0, 0, 0], bytes: 2)
        var references = MP4Box("dref", flags: 0)
        references.append(1, bytes: 4)
        // The media is in this very file.
        references.append(MP4Box("url ", flags: 1))
        var data = MP4Box("dinf")
        data.append(references)
        var box = MP4Box("minf")
        box.append(header)
        box.append(data)
        box.append(sampleTable(mediaStart: mediaStart))
        return box
    }

    private func sampleTable(mediaStart: Int) -> MP4Box {
        var box = MP4Box("stbl")
        box.append(sampleDescription)
        box.append(Self.table("stts", [1, pictures.count, ticksPerFrame]))
        box.append(Self.table("stss", [keys.count] + keys))
        // One chunk holds all pictures.
        box.append(Self.table("stsc", [1, 1, pictures.count, 1]))
        box.append(Self.table("stsz", [0, pictures.count] + pictures.map { $0.count + 4 }))
        box.append(Self.table("stco", [1, mediaStart]))
        return box
    }

    private static func table(_ type: StaticString, _ numbers: [Int]) -> MP4Box {
        var box = MP4Box(type, flags: 0)
        box.append(numbers, bytes: 4)
        return box
    }
}
