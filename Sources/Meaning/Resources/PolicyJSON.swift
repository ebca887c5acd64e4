extension PolicyDocument {
    /// The document as AWS takes it, on one line; a value like any other, since ARNs in it may still have to be learnt.
    package var json: Value {
        let body = Value.joined(statements.map(\.json), by: ",")
        return "{\"Version\":\"2012-10-17\",\"Statement\":[\(body)]}"
    }
}

extension PolicyStatement {
    fileprivate var json: Value {
        var members: [Value] = ["\"Sid\":\"\(id)\"", "\"Effect\":\"\(effect.rawValue)\""]
        if !principals.isEmpty { members.append("\"Principal\":\(principal)") }
        members.append("\"Action\":\(PolicyStatement.array(actions.map { Value($0) }))")
        if !resources.isEmpty { members.append("\"Resource\":\(PolicyStatement.array(resources))") }
        if !conditions.isEmpty { members.append("\"Condition\":{\(Value.joined(tests, by: ","))}") }
        return "{\(Value.joined(members, by: ","))}"
    }

    private var principal: Value {
        if principals.contains(.anyone) { return "\"*\"" }
        let services = principals.compactMap { if case .service(let name) = $0 { Value(name) } else { nil } }
        let accounts = principals.compactMap { if case .aws(let arn) = $0 { arn } else { nil } }
        let members = [("Service", services), ("AWS", accounts)].filter { !$0.1.isEmpty }
            .map { "\"\($0.0)\":\(PolicyStatement.array($0.1))" as Value }
        return "{\(Value.joined(members, by: ","))}"
    }

    /// Conditions with one test share an object, in the order of their first appearance.
    private var tests: [Value] {
        var order: [String] = []
        for condition in conditions where !order.contains(condition.test) { order.append(condition.test) }
        return order.map { test in
            let members = conditions.filter { $0.test == test }
                .map { "\"\($0.key)\":\(PolicyStatement.array($0.values))" as Value }
            return "\"\(test)\":{\(Value.joined(members, by: ","))}"
        }
    }

    /// One value stands alone, as AWS gives it back.
    private static func array(_ values: [Value]) -> Value {
        let quoted = values.map { "\"\($0)\"" as Value }
        return quoted.count == 1 ? quoted[0] : "[\(Value.joined(quoted, by: ","))]"
    }
}
