import AWSServices

/// Network interfaces are what holds groups, subnets and networks: services leave them behind for minutes.
enum Interfaces {
    /// Each with who owns it and what for, in the words of EC2.
    static func holding(_ filter: String, _ id: String?, _ work: Work) async throws -> [String] {
        guard let id else { return [] }
        let request = EC2.DescribeNetworkInterfacesRequest(filters: [EC2.Filter(name: filter, values: [id])])
        return try await work.lookAll(request).flatMap(\.networkInterfaces).map(text)
    }

    static func text(_ interface: EC2.NetworkInterface) -> String {
        let owner = interface.requesterId ?? interface.ownerId ?? "unknown"
        let use =
            interface.description.flatMap { $0.isEmpty ? nil : $0 } ?? interface.interfaceType?.rawValue
            ?? "no description"
        return "\(interface.networkInterfaceId ?? "an interface") of \(owner) (\(use))"
    }
}
