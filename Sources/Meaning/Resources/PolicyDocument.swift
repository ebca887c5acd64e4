/// An IAM policy, of a role, a bucket, a topic or a key. Source of its grammar: IAM's policy reference, read 2026-11.
package struct PolicyDocument: Sendable, Hashable, ValueHolding {
    package var statements: [PolicyStatement]

    package init(_ statements: [PolicyStatement]) { self.statements = statements }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { statements.visitValues(visit) }
}

/// One statement; lists are sets and kept in the order in which they are written.
package struct PolicyStatement: Sendable, Hashable {
    package enum Effect: String, Sendable, Hashable {
        case allow = "Allow"
        case deny = "Deny"
    }

    /// Letters and digits, as IAM wants a `Sid`.
    package var id: String
    package var effect: Effect
    /// Empty in a role's own permissions.
    package var principals: [Principal]
    package var actions: [String]
    package var resources: [Value]
    package var conditions: [PolicyCondition]

    package init(
        _ id: String, _ effect: Effect = .allow, principals: [Principal] = [], actions: [String],
        resources: [Value] = [], conditions: [PolicyCondition] = []
    ) {
        self.id = id
        self.effect = effect
        self.principals = principals
        self.actions = actions
        self.resources = resources
        self.conditions = conditions
    }

    /// Whom a statement is about.
    package enum Principal: Sendable, Hashable {
        /// `ecs-tasks.amazonaws.com`
        case service(String)
        /// An ARN of an account, role or user.
        case aws(Value)
        case anyone
    }
}

/// `"ArnLike": { "aws:SourceArn": [values] }`
package struct PolicyCondition: Sendable, Hashable {
    package var test: String
    package var key: String
    package var values: [Value]

    package init(_ test: String, _ key: String, _ values: [Value]) {
        self.test = test
        self.key = key
        self.values = values
    }
}

extension PolicyStatement: ValueHolding {
    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        for index in principals.indices {
            guard case .aws(var value) = principals[index] else { continue }
            visit(&value)
            principals[index] = .aws(value)
        }
        resources.visitValues(visit)
        for index in conditions.indices { conditions[index].values.visitValues(visit) }
    }
}

extension PolicyDocument: FieldConvertible {
    package var fieldValue: FieldValue { .set(statements.map(\.fieldValue)) }
}

extension PolicyStatement: FieldConvertible {
    package var fieldValue: FieldValue {
        .map([
            "id": id.fieldValue, "effect": effect.rawValue.fieldValue,
            "principals": .set(principals.map(\.fieldValue)), "actions": .set(actions.map(\.fieldValue)),
            "resources": .set(resources.map(\.fieldValue)),
            "conditions": .set(
                conditions.map { condition in
                    .map([
                        "test": condition.test.fieldValue, "key": condition.key.fieldValue,
                        "values": .set(condition.values.map(\.fieldValue)),
                    ])
                }),
        ])
    }
}

extension PolicyStatement.Principal: FieldConvertible {
    package var fieldValue: FieldValue {
        switch self {
        case .service(let name): "service \(name)".fieldValue
        case .aws(let arn): .text("aws \(arn)")
        case .anyone: "*".fieldValue
        }
    }
}
