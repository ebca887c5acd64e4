/// Reads what a service answered instead of a result. It never fails: a proxy's page or half an answer becomes an error that
/// says so.
package struct ErrorReader: Sendable {
    package let service: ServiceModel
    package let operation: String
    package let region: String

    package init(service: ServiceModel, operation: String, region: String) {
        self.service = service
        self.operation = operation
        self.region = region
    }

    package func error(_ answer: IncomingAnswer) -> AWSError {
        var found = answer.body.isEmpty ? Found() : inBody(answer)
        if service.wireProtocol == .restJSON || service.wireProtocol == .json,
            let header = answer.headers["x-amzn-errortype"]
        {
            found.code = Self.bareCode(header)
        }
        if let header = answer.headers["x-amzn-query-error"], let code = header.split(separator: ";").first {
            found.code = String(code)
        }
        let code = found.code.isEmpty ? String(answer.status) : found.code
        return AWSError(
            service: service.name, operation: operation, region: region,
            kind: AWSError.Kind(code: code, status: answer.status, message: found.message), code: code,
            message: found.message, status: answer.status, requestId: found.requestId ?? Self.requestId(answer))
    }

    package static func requestId(_ answer: IncomingAnswer) -> String? {
        answer.headers["x-amzn-requestid"] ?? answer.headers["x-amz-request-id"]
    }

    private struct Found {
        var code = ""
        var message = ""
        var requestId: String?
    }

    private func inBody(_ answer: IncomingAnswer) -> Found {
        do {
            return isJSON ? try inJSON(answer.body) : try inXML(answer.body)
        } catch {
            return Found(message: "the body is not an error of AWS (\(error)): \(Self.excerpt(answer.body))")
        }
    }

    private var isJSON: Bool { service.wireProtocol == .json || service.wireProtocol == .restJSON }

    private func inJSON(_ body: [UInt8]) throws(UnreadableText) -> Found {
        let json = try JSONReader.read(body)
        let code = json["__type"]?.string ?? json["code"]?.string ?? json["Code"]?.string ?? ""
        let message = json["message"]?.string ?? json["Message"]?.string ?? json["error_description"]?.string
        return Found(code: Self.bareCode(code), message: message ?? "")
    }

    private func inXML(_ body: [UInt8]) throws(UnreadableText) -> Found {
        let tree = try XMLReader.read(body)
        guard let error = tree.name == "Error" ? tree : tree.descendant("Error") else {
            throw UnreadableText(reason: "<\(tree.name)> has no <Error>", offset: 0)
        }
        let id = tree.descendant("RequestId") ?? tree.descendant("RequestID") ?? tree.descendant("requestId")
        return Found(
            code: error.child("Code")?.text ?? "", message: error.child("Message")?.text ?? "", requestId: id?.text)
    }

    /// `com.amazonaws.ecs#ClusterNotFoundException:http://…` → `ClusterNotFoundException`.
    private static func bareCode(_ code: String) -> String {
        let first = code.split(separator: ":", maxSplits: 1).first ?? ""
        return String(first.split(separator: "#").last ?? "")
    }

    /// The first 120 bytes on one line.
    package static func excerpt(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(120), as: UTF8.self)
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ") + (body.count > 120 ? "…" : "")
    }
}
