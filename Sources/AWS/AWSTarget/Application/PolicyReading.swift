import AWSWire
import Resources

extension PolicyDocument {
    /// As IAM, S3, SNS and KMS give a policy back; IAM percent-encodes it. Nil when it is no policy at all.
    ///
    /// What Terrace's own policies never say (`NotAction`, a federated principal, …) is kept as a condition that no desired
    /// policy has, so that somebody else's change is seen and never mistaken for our own text.
    init?(answer text: String) {
        let decoded = text.utf8.first == UInt8(ascii: "%") ? text.withoutPercentEncoding : text
        guard let json = try? JSONReader.read(Array(decoded.utf8)) else { return nil }
        switch json["Statement"] {
        case .list(let statements)?: self.init(statements.map(PolicyStatement.init(answer:)))
        case .object(let members)?: self.init([PolicyStatement(answer: .object(members))])
        default: return nil
        }
    }
}

extension PolicyStatement {
    private static let known: Set<String> = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"]

    fileprivate init(answer: JSONText) {
        let members: [String: JSONText] = if case .object(let members) = answer { members } else { [:] }
        let foreign = members.keys.filter { !Self.known.contains($0) }.sorted()
        self.init(
            members["Sid"]?.string ?? "", members["Effect"]?.string == "Deny" ? .deny : .allow,
            principals: members["Principal"].map(Principal.read) ?? [],
            actions: members["Action"]?.texts ?? [], resources: (members["Resource"]?.texts ?? []).map { Value($0) },
            conditions: PolicyCondition.read(members["Condition"])
                + foreign.map { PolicyCondition("unknown to Terrace", $0, ["\(String(describing: members[$0]))"]) })
    }
}

extension PolicyStatement.Principal {
    fileprivate static func read(_ answer: JSONText) -> [PolicyStatement.Principal] {
        guard case .object(let members) = answer else {
            return answer.texts.map { $0 == "*" ? .anyone : .aws(Value($0)) }
        }
        return members.sorted { $0.key < $1.key }.flatMap { kind, names in
            names.texts.map { name in
                switch (kind, name) {
                case ("AWS", "*"): .anyone
                case ("AWS", _): .aws(Value(name))
                case ("Service", _): .service(name)
                default: .service("\(kind) \(name)")
                }
            }
        }
    }
}

extension PolicyCondition {
    fileprivate static func read(_ answer: JSONText?) -> [PolicyCondition] {
        guard case .object(let tests)? = answer else { return [] }
        return tests.sorted { $0.key < $1.key }.flatMap { test, keys -> [PolicyCondition] in
            guard case .object(let members) = keys else { return [] }
            return members.sorted { $0.key < $1.key }.map { key, values in
                PolicyCondition(test, key, values.texts.map { Value($0) })
            }
        }
    }
}

extension JSONText {
    /// A text alone means the same as a list of one. Flags and numbers may stand without quotes in a policy.
    fileprivate var texts: [String] {
        switch self {
        case .text(let text): [text]
        case .flag(let flag): [flag ? "true" : "false"]
        case .integer(let number): [String(number)]
        case .list(let items): items.flatMap(\.texts)
        case .null, .number, .object: []
        }
    }
}

extension String {
    /// RFC 3986; a `%` that begins no escape stands for itself.
    fileprivate var withoutPercentEncoding: String {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, let value = UInt8(String(Substring(digits)), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
