import Resources

/// A resource of a template.
struct TemplateResource: Sendable, Equatable {
    /// Behind the name of what it belongs to; empty for the resource itself.
    var suffix: String
    /// `AWS::EC2::VPC`
    var type: String
    /// Lines of comment above it, without `#`.
    var notes: [String]
    var properties: Tree
    /// `DeletionPolicy` and the like.
    var attributes: Tree
    /// Names of resources that it refers to by text only.
    var waits: [String]
    /// Whether its resource does what it is for only with it.
    var completes: Bool

    init(
        _ type: String, suffix: String = "", notes: [String] = [], completes: Bool = false, attributes: Tree = [:],
        waits: [String] = [], _ properties: Tree
    ) {
        self.type = type
        self.suffix = suffix
        self.notes = notes
        self.completes = completes
        self.attributes = attributes
        self.waits = waits
        self.properties = properties
    }
}

extension Address {
    /// Letters and digits only: `SubnetPublicA`. Secrets and logs of several groups may have one word: theirs says the group.
    func logicalName(_ kind: ResourceKind) -> String {
        let words = text.split(separator: ".").dropFirst(2).map(String.init)
        let group = kind == .secret || kind == .logGroup ? [group.rawValue] : []
        return ([kind.rawValue] + group + words)
            .flatMap { $0.split { !$0.isLetter && !$0.isNumber } }
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

extension ResourceGraph {
    /// A name for each address; where two words differ in signs only, the second gets a number.
    var logicalNames: [Address: String] {
        var names: [Address: String] = [:]
        var taken: Set<String> = []
        for resource in resources {
            let base = resource.address.logicalName(resource.kind)
            var name = base
            var number = 2
            while taken.contains(name) {
                name = "\(base)\(number)"
                number += 1
            }
            taken.insert(name)
            names[resource.address] = name
        }
        return names
    }
}
