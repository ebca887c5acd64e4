/// What gRPC says with `grpc-status`, beside HTTP's own status. Source: gRPC core documentation, "Status codes" and
/// "HTTP to gRPC status code mapping", read 2026-11.
package struct GRPCStatus: Sendable, Hashable {
    package let code: Int

    package static let ok = GRPCStatus(0)
    package static let unknown = GRPCStatus(2)
    package static let deadlineExceeded = GRPCStatus(4)
    package static let permissionDenied = GRPCStatus(7)
    package static let unimplemented = GRPCStatus(12)
    package static let internalError = GRPCStatus(13)
    package static let unavailable = GRPCStatus(14)
    package static let dataLoss = GRPCStatus(15)
    package static let unauthenticated = GRPCStatus(16)

    private static let field = FieldName("grpc-status")

    package init(_ code: Int) { self.code = code }

    /// In trailers, or in the head of an answer that has nothing else. Nil when it is missing or no number.
    package init?(in fields: HeaderFields?) {
        guard let code = fields?.first(Self.field)?.decimal(limit: 1000) else { return nil }
        self.code = code
    }

    /// What a client makes of an answer that has an HTTP status and no more.
    package init(http status: Int) {
        self =
            switch status {
            case 400: .internalError
            case 401: .unauthenticated
            case 403: .permissionDenied
            case 404: .unimplemented
            case 429, 502, 503, 504: .unavailable
            default: .unknown
            }
    }

    /// The server's fault, as 500 and above are in HTTP.
    package var isServerFailure: Bool {
        [.unknown, .deadlineExceeded, .internalError, .unavailable, .dataLoss].contains(self)
    }
}

extension HeaderFields {
    /// `application/grpc`, or with a suffix such as `+proto`.
    package var isCall: Bool {
        guard let type = first(.contentType), type.count >= 16, type.prefix(16).equalsIgnoringCase("application/grpc")
        else { return false }
        // `application/grpc-web` is a protocol of its own, over plain requests.
        return type.dropFirst(16).first.map { $0 == 43 || $0 == 59 || $0 == 32 } ?? true
    }
}

extension GatewayFailure {
    /// As an answer to a call: 200 with nothing but its status, for a client that reads no other.
    package var callHead: ResponseHead {
        var fields = HeaderFields()
        fields.append(.contentType, "application/grpc")
        fields.append(FieldName("grpc-status"), "\(GRPCStatus(http: status).code)")
        fields.append(FieldName("grpc-message"), "\(phrase) (\(reason))")
        return ResponseHead(status: 200, fields: fields)
    }
}
