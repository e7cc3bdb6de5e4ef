import CEmbedded

/// Files of the repository that are part of the program.
enum Embedded {
    /// `config/catalogue.yaml`.
    static var catalogue: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: zoe_catalogue_size()) { bytes, count in
            zoe_catalogue_copy(bytes.baseAddress)
            count = zoe_catalogue_size()
        }
    }

    /// The API for programs, OpenAPI.
    static var description: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: zoe_openapi_size()) { bytes, count in
            zoe_openapi_copy(bytes.baseAddress)
            count = zoe_openapi_size()
        }
    }

    /// The web page at `/`: names and bytes of its files.
    static var console: [(name: String, bytes: [UInt8])] {
        (0..<zoe_console_count()).map { index in
            let size = zoe_console_size(index)
            let bytes = [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
                zoe_console_copy(index, bytes.baseAddress)
                count = size
            }
            return (String(cString: zoe_console_name(index)), bytes)
        }
    }
}
