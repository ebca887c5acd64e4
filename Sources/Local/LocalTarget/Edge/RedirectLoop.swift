package import Streams
import TrafficRules

/// Plain HTTP: everything is sent to HTTPS. 301 for GET and HEAD, 307 for what has a body, as CloudFront's
/// `redirect-to-https` does. Source: CloudFront developer guide, viewer protocol policy, read 2026-11.
package final class RedirectLoop: RequestHandler {
    private let httpsPort: Int
    private let counters: TrafficCounters

    package init(httpsPort: Int, counters: TrafficCounters) {
        self.httpsPort = httpsPort
        self.counters = counters
    }

    package func begin(_ request: IncomingRequest, _ responder: any Responder) -> (any RequestReceiver)? {
        let isSimple = request.head.method == .get || request.head.method == .head
        var head = ResponseHead(status: isSimple ? 301 : 307)
        let target = request.head.target == "*" ? "/" : request.head.target
        head.fields.append(.location, "https://\(host(request.head.authority))\(target)")
        CacheVerdict.miss.write(to: &head.fields)
        responder.send(whole: head, body: nil, length: 0)
        counters.record(status: head.status, latency: .zero)
        return nil
    }

    package func refused(_ refusal: MessageRefusal, facts: ConnectionFacts) {
        counters.record(status: refusal.status, latency: .zero)
    }

    private func host(_ authority: String) -> String {
        let name: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            name = authority[...end]
        } else {
            name = authority.prefix { $0 != ":" }
        }
        let host = name.isEmpty ? "localhost" : name
        return httpsPort == 443 ? String(host) : "\(host):\(httpsPort)"
    }
}
