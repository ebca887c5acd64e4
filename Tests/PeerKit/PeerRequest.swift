import Foundation

/// A request of an AWS client, read just far enough to name it.
struct PeerRequest: Sendable {
    var method: String
    var uri: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }

    /// From the credential's scope, `AKID/20261124/us-east-1/ec2/aws4_request`.
    var service: String {
        guard let scope = header("authorization")?.split(separator: "Credential=").dropFirst().first else { return "" }
        let parts = scope.prefix { $0 != "," }.split(separator: "/")
        return parts.count > 3 ? String(parts[3]) : ""
    }

    var operation: String {
        if let target = header("x-amz-target"), let name = target.split(separator: ".").last { return String(name) }
        if header("content-type")?.hasPrefix("application/x-www-form-urlencoded") == true, let action = formAction {
            return action
        }
        // RPC v2: /service/NAME/operation/NAME
        let parts = uri.split(separator: "/")
        if parts.count >= 4, parts[parts.count - 2] == "operation" { return String(parts[parts.count - 1]) }
        return "\(method) \(uri)"
    }

    private var formAction: String? {
        text.split(separator: "&").first { $0.hasPrefix("Action=") }.map { String($0.dropFirst("Action=".count)) }
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// Names of operations that read, in every service that Terrace calls.
    private static let reading = [
        "Describe", "Get", "List", "Head", "BatchGet", "BatchCheck", "Check", "Simulate", "Filter", "Search", "Lookup",
        "Assume", "Validate", "StartQuery",
    ]

    var isMutating: Bool {
        let name = operation
        if name.contains(" ") {
            // The Data API is REST and has statements in its bodies.
            if service == "rds-data" { return !text.lowercased().contains("\"select") }
            return method != "GET" && method != "HEAD"
        }
        return !Self.reading.contains { name.hasPrefix($0) }
    }

    /// Bytes of a body that are enough to name what it is about: an image's layer has millions.
    private static let enough = 8192

    var subject: String { isMutating ? String(decoding: body.prefix(Self.enough), as: UTF8.self) : "" }

    /// The same for each try of one call: no date, no signature.
    var identity: String { "\(service) \(method) \(uri) \(operation) \(text)" }
}

/// An answer, the peer's or the proxy's own.
struct PeerAnswer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
}
