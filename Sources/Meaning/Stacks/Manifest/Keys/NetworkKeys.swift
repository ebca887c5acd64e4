enum NetworkKeys {
    private static let standard = Network()

    static let cidr = Field(
        "cidr", .cidr, default: standard.cidr,
        "The network's addresses. Every zone gets a public, an application and a data subnet of /24.")
    static let nat = Field(
        "nat", .choice, default: standard.nat, "How tasks reach the internet: a gateway in every zone, one, or none.")
    static let endpoints = Field(
        "endpoints", .list(of: .choice, isSet: true), default: standard.endpoints,
        "AWS services that are reached inside the network. s3 is free; the others cost money and replace NAT traffic.")

    static let all: [any ManifestKey] = [cidr, nat, endpoints]

    static let shape: Shape<Network> = .section(all) { section, report in
        Network(
            cidr: section.read(cidr, &report), nat: section.read(nat, &report),
            endpoints: section.read(endpoints, &report))
    }
}

extension Shape where Value == CIDR {
    /// A block for a virtual private cloud; AWS takes none larger than /16.
    static var cidr: Shape {
        let allowed = "a private IPv4 block with a prefix from /16 to /21, such as 10.0.0.0/16"
        let pattern = "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/(1[6-9]|2[01])$"
        var shape = Shape(schema: .object([("type", .text("string")), ("pattern", .text(pattern))])) { found, report in
            guard let block = found.text.flatMap(CIDR.init(strict:)) else {
                let nearest = found.text.flatMap(CIDR.init(loose:)).map(\.description)
                let mistake = nearest == nil ? "is not an IPv4 block" : "has bits outside of its prefix"
                report.error(found, "\(found.value.described) \(mistake)", allowed: allowed, nearest: nearest)
                return nil
            }
            guard (16...21).contains(block.prefix) else {
                report.error(
                    found,
                    "/\(block.prefix) is \(block.prefix < 16 ? "more than AWS gives" : "too small for six subnets")",
                    allowed: allowed,
                    nearest: CIDR(address: block.address, prefix: block.prefix < 16 ? 16 : 21).description)
                return nil
            }
            if !block.isPrivate {
                report.warning(
                    found, "\(block) belongs to the internet: tasks cannot reach the hosts that live there",
                    allowed: "blocks inside of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16")
            }
            return block
        }
        shape.literal = { .text($0.description) }
        return shape
    }
}
