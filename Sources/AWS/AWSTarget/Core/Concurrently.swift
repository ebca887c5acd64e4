import AWSWire

extension Array where Element: Sendable {
    /// All at once; results in order.
    func concurrentMap<Result: Sendable>(
        _ transform: @escaping @Sendable (Element) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for (index, element) in enumerated() { group.addTask { (index, try await transform(element)) } }
            var results = [Result?](repeating: nil, count: count)
            for try await (index, result) in group { results[index] = result }
            return results.compactMap { $0 }
        }
    }

    func concurrentCompactMap<Result: Sendable>(
        _ transform: @escaping @Sendable (Element) async throws -> Result?
    ) async throws -> [Result] {
        try await concurrentMap(transform).compactMap { $0 }
    }
}

extension Optional {
    /// The answer of a creation without the id of what was made cannot be worked with.
    func orUnreadable(_ call: String, _ member: String) throws -> Wrapped {
        if let self { return self }
        let names = call.split(separator: ".").map(String.init)
        throw AWSError(
            service: names.first ?? call, operation: names.last ?? call, region: "", kind: .unreadable,
            code: "UnreadableAnswer",
            message: "the answer has no \(member)")
    }
}
