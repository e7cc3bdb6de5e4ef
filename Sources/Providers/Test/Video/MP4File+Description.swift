extension MP4File {
    /// What a decoder is set up with (ISO/IEC 14496-12 §12.1.3, 14496-15 §5.4.2).
    var sampleDescription: MP4Box {
        var entry = MP4Box("avc1")
        entry.append([0, 0, 0, 1], bytes: 2)
        entry.append([0, 0, 0, 0], bytes: 4)
        entry.append([parameters.width, parameters.height], bytes: 2)
        // 72 dots per inch.
        entry.append([0x48_0000, 0x48_0000, 0], bytes: 4)
        entry.append(1, bytes: 2)
        entry.append([UInt8](repeating: 0, count: 32))
        entry.append([24, 0xFFFF], bytes: 2)
        entry.append(decoderConfiguration)
        entry.append(colours)
        var box = MP4Box("stsd", flags: 0)
        box.append(1, bytes: 4)
        box.append(entry)
        return box
    }

    /// ISO/IEC 14496-15 §5.3.3.1: lengths of four bytes, one set of each kind.
    private var decoderConfiguration: MP4Box {
        var box = MP4Box("avcC")
        box.append([1, H264Parameters.profile, H264Parameters.constraints, parameters.level, 0xFF, 0xE1], bytes: 1)
        box.append(parameters.sequence.count, bytes: 2)
        box.append(parameters.sequence)
        box.append(1, bytes: 1)
        box.append(parameters.picture.count, bytes: 2)
        box.append(parameters.picture)
        return box
    }

    /// BT.709, limited range.
    private var colours: MP4Box {
        var box = MP4Box("colr")
        box.append("nclx")
        box.append([1, 1, 1], bytes: 2)
        box.append(0, bytes: 1)
        return box
    }
}
