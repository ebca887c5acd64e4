import Crypto
import Foundation

/// What the lines about one request have in common on aws, whatever somebody has of it: CloudFront's id, as `X-Amz-Cf-Id` and CloudFront's
/// log have it, or the `Root` of a trace, as load balancer and tasks do. `RequestIDScript` ties the two; of the second the first
/// cannot be told.
struct RequestMark: Sendable {
    /// CloudFront's, without the `=` at its end; nil as long as only the `Root` is known.
    private(set) var edgeID: String?
    /// The last 24 digits of the `Root`.
    let digest: String
    /// When the edge had it; nil where only its id is known.
    let time: Date?

    /// - Parameter text: `1-6925a8f2-5d1c0ab34b1e3f2a90c4e871`, or anything else for an id.
    init(_ text: String) {
        if let root = text.wholeMatch(of: /1-([0-9a-f]{8})-([0-9a-f]{24})/) {
            digest = String(root.2)
            time = Int(root.1, radix: 16).map { Date(timeIntervalSince1970: Double($0)) }
        } else {
            edgeID = text
            digest = SHA256.hash(data: Data(text.utf8)).prefix(12).map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0\(digits)" : digits
            }.joined()
            time = nil
        }
    }

    /// A line that has one of these is about the request.
    var words: [String] { [digest] + (edgeID.map { [$0] } ?? []) }

    func isIn(_ line: String) -> Bool { words.contains(where: line.contains) }

    /// A load balancer's line tells CloudFront's id behind the `Root`.
    mutating func learn(from line: String) {
        guard edgeID == nil, let found = line.firstMatch(of: /[;=" ]Edge=([A-Za-z0-9_-]+)/) else { return }
        edgeID = String(found.1)
    }
}
