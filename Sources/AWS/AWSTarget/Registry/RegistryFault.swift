import AWSWire
import Stacks

/// What a registry said, or the way to it, instead of doing what it was asked.
struct RegistryFault: Error, Equatable {
    /// `HEAD a blob`
    var call: String
    /// Nil when no answer came.
    var status: Int?
    /// The registry's word: `DIGEST_INVALID`.
    var code: String
    var message: String
    /// Whether the same may go well another time.
    var attempt: AttemptFault
    var retryAfter: Duration?

    init(_ call: String, _ fault: TransportFault) {
        self.call = call
        (code, message, attempt) = ("no answer", fault.reason, .transport(fault.kind))
    }

    init(_ call: String, _ answer: IncomingAnswer) {
        self.call = call
        status = answer.status
        let first = Self.first(answer.body)
        code = first?.code ?? "\(answer.status)"
        message = first?.message ?? ""
        attempt = .answered(Self.kind(answer.status, code))
        retryAfter = answer.headers["retry-after"].flatMap { Int($0) }.map { .seconds(min(max($0, 0), 60)) }
    }

    /// An answer that breaks the specification.
    init(_ call: String, unreadable reason: String) {
        self.call = call
        (code, message, attempt) = ("an answer against the specification", reason, .answered(.unreadable))
    }

    /// An upload that the registry has forgotten, and bytes that changed on the way, are begun again.
    private static func kind(_ status: Int, _ code: String) -> AWSError.Kind {
        switch status {
        case 429: .throttling
        case 408, 500...599: .transient
        case 401, 403: .accessDenied
        default:
            ["BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "DIGEST_INVALID", "SIZE_INVALID"].contains(code)
                ? .transient : .invalidRequest
        }
    }

    /// Source: OCI distribution specification 1.1, "error codes", read 2026-11.
    private static func first(_ body: [UInt8]) -> (code: String, message: String)? {
        guard let json = try? JSONReader.read(body), case .list(let errors)? = json["errors"],
            let code = errors.first?["code"]?.string
        else { return nil }
        return (code, errors.first?["message"]?.string ?? "")
    }
}

extension RegistryFault {
    /// How it reads, with what has arrived.
    func report(sending name: String, arrived: Int, of count: Int) -> Report {
        let answer = status.map { "the registry answered \(code == "\($0)" ? "" : "\(code) ")to \(call) (\($0))" }
        var details: [Report.Detail] = []
        if !message.isEmpty { details.append(Report.Detail("message", message)) }
        if attempt == .answered(.accessDenied) {
            details.append(
                Report.Detail("expected", "permission for ecr:InitiateLayerUpload and ecr:PutImage on the repository"))
        }
        details += [
            Report.Detail("state", "\(arrived) of its \(count) parts are in the registry; the service was not changed"),
            Report.Detail("next", "run the same command again: what is there is not sent again"),
        ]
        return Report("cannot send the image to \(name): \(answer ?? "\(code) to \(call)")", details: details)
    }
}
