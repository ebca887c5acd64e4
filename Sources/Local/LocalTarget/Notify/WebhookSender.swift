import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Posts notices to a URL, as JSON.
package struct WebhookSender: NoticeSender {
    /// From the first byte of the connection to the answer's head.
    private static let timeout = TimeAmount.seconds(10)

    private let url: String

    package init(url: String) { self.url = url }

    /// The path of a webhook is often its password.
    package var name: String {
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        guard parts.count > 1 else { return "webhook" }
        let host = parts[1].split(separator: "@").last.map(String.init) ?? ""
        return "\(parts[0])//\(host)/…"
    }

    package func send(_ notice: AlarmNotice) async throws(NoticeFailure) {
        let status: UInt
        do {
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.headers.add(name: "user-agent", value: "terrace/\(ProductVersion.current)")
            request.body = .bytes(ByteBuffer(bytes: try notice.json()))
            status = try await HTTPClient.shared.execute(request, timeout: Self.timeout).status.code
        } catch {
            throw NoticeFailure("no answer: \(error)", mayPass: true)
        }
        guard !(200..<300).contains(status) else { return }
        // A refusal stays one; too many requests and a server in trouble may pass.
        throw NoticeFailure("answered \(status)", mayPass: status == 429 || status == 408 || status >= 500)
    }
}
