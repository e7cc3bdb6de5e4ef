extension HTTPFields: Equatable {
    /// Equal names and values in equal order; the case of names and the white space around values do not count.
    package static func == (left: Self, right: Self) -> Bool {
        left.count == right.count
            && zip(left.entries, right.entries).allSatisfy { mine, other in
                left.wireBytes[mine.value] == right.wireBytes[other.value]
                    && left.wireBytes[mine.name].lazy.map(HTTP1Bytes.lowercased)
                        .elementsEqual(right.wireBytes[other.name].lazy.map(HTTP1Bytes.lowercased))
            }
    }
}
