package import Stacks

extension Redirect {
    /// Where a request is sent: `https://host:port/path?query`, with the port always in it, as an ALB writes it.
    /// - Parameters:
    ///   - scheme: `https` or `http`, of the client's connection.
    ///   - port: that the client connected to; the one that it named in its authority counts first.
    package func location(for head: RequestHead, scheme: String, port: Int) -> String {
        let parts = RequestParts(head, scheme: scheme, port: port)
        let path = parts.filled(path)
        let query = parts.filled(query)
        let target = query.isEmpty ? path : "\(path)?\(query)"
        return "\(parts.filled(self.scheme).lowercased())://\(parts.filled(host)):\(parts.filled(self.port))\(target)"
    }

    /// Head of the answer, for a small page that follows.
    package func head(for request: RequestHead, scheme: String, port: Int) -> ResponseHead {
        var fields = HeaderFields()
        fields.append(.location, location(for: request, scheme: scheme, port: port))
        fields.append(.contentType, "text/html")
        return ResponseHead(status: status, fields: fields)
    }

    /// As an ALB's own.
    package var page: [UInt8] {
        let title = status == 301 ? "301 Moved Permanently" : "302 Found"
        return Array(
            "<html>\n<head><title>\(title)</title></head>\n<body>\n<center><h1>\(title)</h1></center>\n</body>\n</html>\n"
                .utf8)
    }
}

extension FixedAnswer {
    package var head: ResponseHead {
        var fields = HeaderFields()
        fields.append(.contentType, contentType.rawValue + (contentType == .json ? "" : "; charset=utf-8"))
        return ResponseHead(status: status, fields: fields)
    }
}

/// What placeholders stand for.
private struct RequestParts {
    private let values: [(name: String, value: Substring)]

    init(_ head: RequestHead, scheme: String, port: Int) {
        let host = head.hostName
        let named = head.authority[host.endIndex...].dropFirst()
        values = [
            ("#{protocol}", scheme[...]), ("#{host}", host), ("#{port}", named.isEmpty ? "\(port)"[...] : named),
            ("#{path}", head.path.hasPrefix("/") ? head.path.dropFirst() : ""), ("#{query}", head.query ?? ""),
        ]
    }

    /// One pass: what a client sends is never read as a placeholder.
    func filled(_ text: String) -> String {
        var (result, rest) = ("", text[...])
        while let start = rest.firstIndex(of: "#") {
            result += rest[..<start]
            rest = rest[start...]
            if let part = values.first(where: { rest.hasPrefix($0.name) }) {
                result += part.value
                rest = rest.dropFirst(part.name.count)
            } else {
                result += "#"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}
