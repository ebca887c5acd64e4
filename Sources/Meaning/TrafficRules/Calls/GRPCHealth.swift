/// The standard health check of gRPC servers. Source: grpc.health.v1, read 2026-11.
package enum GRPCHealth {
    /// A message of no bytes: no compression, length zero. As a `HealthCheckRequest` it asks for the whole server.
    package static let request: [UInt8] = [0, 0, 0, 0, 0]

    package static func head(path: String, authority: String) -> RequestHead {
        var head = RequestHead(method: .post, target: path, authority: authority)
        head.fields.append(.contentType, "application/grpc")
        head.fields.append(.te, "trailers")
        head.fields.append(.userAgent, "ELB-HealthChecker/2.0")
        return head
    }

    /// - Parameters:
    ///   - status: HTTP's.
    ///   - call: from the trailers, or the head.
    ///   - message: the answer's body, which says something when the standard method was called.
    package static func result(
        status: Int, call: GRPCStatus?, message: [UInt8], isStandard: Bool
    ) -> TargetHealth.ProbeResult {
        guard status == 200 else { return .failed(.status(status)) }
        guard let call else { return .failed(.brokenAnswer) }
        guard call == .ok else { return .failed(.callStatus(call.code)) }
        guard isStandard else { return .passed }
        return isServing(message) ? .passed : .failed(.notServing)
    }

    /// `HealthCheckResponse` with its one field, `status = SERVING` (1), after the five bytes that frame a message.
    private static func isServing(_ message: [UInt8]) -> Bool {
        message.count >= 7 && message[0] == 0 && message[5...].starts(with: [0x08, 0x01])
    }
}
