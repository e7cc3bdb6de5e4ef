/// A unit of an H.264 stream, as it stands in a file after its length.
enum NALUnit {
    enum Kind: Int {
        case change = 1
        case key = 5
        case sequenceParameters = 7
        case pictureParameters = 8
    }

    /// Header and payload; others may refer to the unit.
    static func bytes(_ kind: Kind, _ payload: [UInt8]) -> [UInt8] {
        escape(payload, after: [UInt8(0x60 | kind.rawValue)])
    }

    /// Puts a 3 wherever two zeros would be followed by less than 4: nothing inside looks like a start code (ITU-T H.264 §7.4.1.1).
    static func escape(_ payload: [UInt8], after head: [UInt8] = []) -> [UInt8] {
        var output = head
        output.reserveCapacity(head.count + payload.count + payload.count / 64)
        var zeros = 0
        for byte in payload {
            if zeros >= 2, byte <= 3 {
                output.append(3)
                zeros = 0
            }
            output.append(byte)
            zeros = byte == 0 ? zeros + 1 : 0
        }
        return output
    }
}
