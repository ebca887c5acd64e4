import Resources

/// A block of Terraform's language on the outermost level.
struct TerraformBlock: Sendable, Equatable {
    /// `resource`, `data`, `variable`, …
    var keyword: String
    /// The type and the name, as far as the keyword takes them.
    var labels: [String]
    /// Lines of comment above it, without `#`.
    var notes: [String] = []
    var body: Tree
    /// Whether its resource does what it is for only with it: a role with its policies, a bucket with its own.
    var completes = false

    init(_ keyword: String, _ labels: String..., notes: [String] = [], completes: Bool = false, body: Tree) {
        self.keyword = keyword
        self.labels = labels
        self.notes = notes
        self.completes = completes
        self.body = body
    }

    /// `aws_vpc.main`
    var address: String { (keyword == "resource" ? labels : [keyword] + labels).joined(separator: ".") }
}

extension Address {
    /// The name of its Terraform resource: the words behind the kind, such as `public_a`, or `main`. Secrets and logs of several
    /// groups may have one word: theirs begins with the group.
    func terraformName(_ kind: ResourceKind) -> String {
        let words = text.split(separator: ".").dropFirst(2).map(String.init)
        let prefix =
            switch kind {
            case .secret, .logGroup: [group.rawValue]
            default: [String]()
            }
        // No service is called `web--second`, and many may be called `web-second`.
        let whole = words.joined(separator: "__")
        let name = (prefix + (words.isEmpty ? prefix.isEmpty ? ["main"] : [] : [whole])).joined(separator: "_")
            .map { $0 == "-" ? "_" : String($0) }.joined()
        guard let first = name.first, first.isLetter else {
            return "\(kind.rawValue.split(separator: "-").last ?? "")_\(name)"
        }
        return name
    }
}
