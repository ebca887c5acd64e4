package import Stacks

/// One line of `firewall.log`: a JSON object for each request that was refused, or would have been.
package struct FirewallLogLine: Sendable, Equatable {
    package enum Action: String, Sendable {
        case block = "BLOCK"
        /// `mode: count`: it passed.
        case count = "COUNT"
    }

    package var time: WallTime
    package var requestID: String
    package var action: Action
    /// `rules`, `rate-limit`, `deny`, `largest-body` or `busy`.
    package var by: String
    package var status: Int?
    package var client: NetworkAddress
    package var method: Method
    package var authority: String
    package var target: String
    package var findings: [RuleFinding]

    /// So many rules are told; an attack may match dozens.
    private static let mostFindings = 16

    package init(
        time: WallTime, requestID: String, action: Action, by: String, status: Int?, client: NetworkAddress,
        request: RequestHead, findings: [RuleFinding] = []
    ) {
        self.time = time
        self.requestID = requestID
        self.action = action
        self.by = by
        self.status = status
        self.client = client
        method = request.method
        authority = request.authority
        target = request.target
        self.findings = findings
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(text: "{\"time\":\"")
        bytes.append(timestamp: time)
        bytes.append(text: "\",\"request\":\"\(requestID)\",\"action\":\"\(action.rawValue)\",\"by\":\"\(by)\"")
        if let status { bytes.append(text: ",\"status\":\(status)") }
        bytes.append(text: ",\"client\":\"\(client)\",\"method\":")
        bytes.append(json: method.description)
        bytes.append(text: ",\"host\":")
        bytes.append(json: authority)
        bytes.append(text: ",\"target\":")
        bytes.append(json: target)
        bytes.append(text: ",\"rules\":[")
        for (index, finding) in findings.prefix(Self.mostFindings).enumerated() {
            bytes.append(text: index == 0 ? "{\"id\":" : ",{\"id\":")
            bytes.append(json: finding.rule)
            bytes.append(text: ",\"message\":")
            bytes.append(json: finding.message)
            bytes.append(text: ",\"part\":")
            bytes.append(json: finding.part)
            bytes.append(125)
        }
        bytes.append(text: "]}\n")
    }
}

extension [UInt8] {
    /// A JSON text with its quotes.
    mutating func append(json text: String) {
        append(34)
        if !append(text.utf8, ifAll: { $0 >= 32 && $0 != 34 && $0 != 92 && $0 != 127 }) { append(escapingJSON: text) }
        append(34)
    }

    private mutating func append(escapingJSON text: String) {
        for byte in text.utf8 {
            switch byte {
            case 34, 92: append(contentsOf: [92, byte])
            case 0..<32, 127:
                append(text: "\\u")
                append(hexadecimal: UInt64(byte), width: 4)
            default: append(byte)
            }
        }
    }
}
