import AWSWire

/// Which answers a row of a table is about.
struct AnswerPattern: Sendable {
    /// `EC2.CreateRoute`; `EC2.Create*` for a family, `EC2.*` for a service.
    let operations: String
    /// `*` at either end stands for anything.
    let code: String
    /// Part of the message, in small letters; nil when the code says enough.
    let message: String?

    func matches(_ error: AWSError) -> Bool {
        fits(operations, "\(error.service).\(error.operation)") && fits(code, error.code)
            && (message.map { error.message.lowercased().contains($0) } ?? true)
    }

    private func fits(_ pattern: String, _ text: String) -> Bool {
        if pattern.hasSuffix("*") { return text.hasPrefix(pattern.dropLast()) }
        if pattern.hasPrefix("*") { return text.hasSuffix(pattern.dropFirst()) }
        return pattern == text
    }
}
