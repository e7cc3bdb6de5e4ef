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
}
