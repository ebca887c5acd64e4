import Resources

extension PolicyDocument {
    /// As IAM reads it; one value stands alone.
    var tree: Tree {
        ["Version": "2012-10-17", "Statement": .list(statements.map(\.tree))]
    }
}

extension PolicyStatement {
    fileprivate var tree: Tree {
        [
            "Sid": .word(id), "Effect": .word(effect.rawValue), "Principal": principal,
            "Action": Self.one(actions.map { .word($0) }),
            "Resource": resources.isEmpty ? .none : Self.one(resources.map { .text($0) }),
            "Condition": conditions.isEmpty ? .none : condition,
        ]
    }

    private var principal: Tree {
        if principals.isEmpty { return .none }
        if principals.contains(.anyone) { return "*" }
        let services = principals.compactMap { if case .service(let name) = $0 { Tree.word(name) } else { nil } }
        let accounts = principals.compactMap { if case .aws(let arn) = $0 { Tree.text(arn) } else { nil } }
        return [
            "Service": services.isEmpty ? .none : Self.one(services),
            "AWS": accounts.isEmpty ? .none : Self.one(accounts),
        ]
    }

    /// Conditions with one test share an object, in the order of their first appearance.
    private var condition: Tree {
        var order: [String] = []
        for condition in conditions where !order.contains(condition.test) { order.append(condition.test) }
        return .map(
            order.map { test in
                let members = conditions.filter { $0.test == test }.map { condition in
                    Tree.Member(key: condition.key, value: Self.one(condition.values.map { .text($0) }))
                }
                return Tree.Member(key: test, value: .map(members))
            })
    }

    private static func one(_ values: [Tree]) -> Tree { values.count == 1 ? values[0] : .list(values) }
}
