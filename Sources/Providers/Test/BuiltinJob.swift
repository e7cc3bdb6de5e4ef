import Compression
import HTTP
import Media
import Transport

/// A request with its inputs read and decoded, ready to be drawn. Everything here takes time: not for an event loop.
struct BuiltinJob: Sendable {
    let request: BuiltinRequest
    /// Seconds since 1970.
    let created: Int
    private let inputs: [PNGImage]
    private let mask: PNGImage?

    /// Pixels of an input that is decoded.
    private static let maximumPixels = 1 << 25
    /// Pixels of either side of an input that is only shown beside the first.
    static let thumbnail = 512

    init(_ request: BuiltinRequest, created: Int) throws(BuiltinRefusal) {
        self.request = request
        self.created = created
        var inputs: [PNGImage] = []
        for source in request.inputs {
            let image = try Self.image(source, field: "image")
            inputs.append(inputs.isEmpty ? image : image.shrunk(toFit: Self.thumbnail))
        }
        self.inputs = inputs
        guard let mask = request.mask else {
            self.mask = nil
            return
        }
        guard MediaType(sniffing: try Self.bytes(mask, field: "mask")) == .png else { throw .invalid("mask", "The mask is no PNG.") }
        self.mask = try Self.image(mask, field: "mask")
    }

    /// The picture with this index, from 0.
    func picture(_ index: Int) -> PNGImage {
        TestPicture(
            kind: request.kind, prompt: request.prompt, size: request.size, seed: request.seed &+ index,
            isTransparent: request.isTransparent,
            inputs: inputs, mask: mask, caption: "test/\(request.model.rawValue)"
        ).drawn()
    }

    /// A PNG file as base64.
    func encoded(_ image: PNGImage) -> String {
        Base64.encode(PNGEncoder.encode(image, texts: ["Software": "Zoetrope"]))
    }

    /// - Throws: `.invalid` of this field for what is no image, or a damaged one.
    static func image(_ source: ByteSource, field: String) throws(BuiltinRefusal) -> PNGImage {
        let bytes = try bytes(source, field: field)
        guard let type = MediaType(sniffing: bytes), type.isImage else { throw .invalid(field, "An input is no image.") }
        guard type == .png else {
            return InputCard(label: type.fileExtension.uppercased(), size: ImageHeader.size(of: bytes, type: type)).drawn()
        }
        do throws(PNGError) {
            return try PNGDecoder.decode(bytes[...], maximumPixels: maximumPixels)
        } catch {
            throw .invalid(field, "An input cannot be read: \(error).")
        }
    }

    /// The whole content of an input.
    static func bytes(_ source: ByteSource, field: String) throws(BuiltinRefusal) -> [UInt8] {
        switch source {
        case .bytes(let bytes): return Array(bytes)
        case .file(let file, let range):
            do {
                return try file.read(range)
            } catch {
                throw BuiltinRefusal(status: 500, message: "An input could not be read back.", type: "server_error", field: field)
            }
        }
    }
}
