/// An entity tag in a field value, RFC 9110 §8.8.3; compared without being copied.
struct EntityTag {
    let isWeak: Bool
    /// With its quotes.
    let opaque: ArraySlice<UInt8>

    /// A value without quotes is taken as it is: applications send such, and equal bytes still mean the same.
    init(_ text: ArraySlice<UInt8>) {
        isWeak = text.starts(with: [87, 47])
        opaque = isWeak ? text.dropFirst(2) : text
    }

    func matchesWeakly(_ other: EntityTag) -> Bool { opaque.elementsEqual(other.opaque) }
    func matchesStrongly(_ other: EntityTag) -> Bool { !isWeak && !other.isWeak && matchesWeakly(other) }
}
