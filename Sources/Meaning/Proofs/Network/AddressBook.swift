import Resources
import Stacks

/// What resources alone do not say about addresses and names.
struct AddressBook {
    /// Stand-ins for addresses that only AWS knows: they overlap with nothing that a manifest can name, and no rule names
    /// them but through the prefix list. Source: RFC 5737, blocks for documentation.
    static let cloudFront = SpanSet(CIDR(address: 198 << 24 | 51 << 16 | 100 << 8, prefix: 24).span)
    static let s3 = SpanSet(CIDR(address: 203 << 24 | 113 << 8, prefix: 24).span)

    /// Addresses that nobody on the internet has. Source: RFC 6890.
    static let notPublic = SpanSet([
        CIDR(address: 0, prefix: 8).span, CIDR(address: 10 << 24, prefix: 8).span,
        CIDR(address: 127 << 24, prefix: 8).span, CIDR(address: 169 << 24 | 254 << 16, prefix: 16).span,
        CIDR(address: 172 << 24 | 16 << 16, prefix: 12).span, CIDR(address: 192 << 24 | 168 << 16, prefix: 16).span,
        CIDR(address: 224 << 24, prefix: 3).span,
    ])

    var cloudFront = AddressBook.cloudFront
    /// By id.
    var prefixLists: [String: SpanSet] = [:]
    /// By the name of the service; S3's stand-in for others.
    var services: [String: SpanSet] = [:]
    /// Ids of AWS's own, and whose they are.
    var names: [String: Address] = [:]
    var facts: [Address: [Fact: String]] = [:]
    /// Ids and names of zones, and the letters by which the stack calls them.
    var zones: [String: String] = [:]
    /// The table of subnets that name none.
    var mainTable: String?
    /// Who else stands in the network.
    var strangers: [Party] = []

    func addresses(ofService service: Value) -> SpanSet { services[service.description] ?? AddressBook.s3 }
}
