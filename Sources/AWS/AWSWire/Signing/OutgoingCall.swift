/// An HTTP request as a value, before it is sent.
package struct OutgoingCall: Sendable, Equatable {
    package var method: String
    /// `https` or `http`.
    package var scheme: String
    /// Host, with the port where it is not the scheme's own.
    package var host: String
    /// Percent-encoded, begins with a slash.
    package var path: String
    /// Not encoded.
    package var query: [QueryItem]
    /// Names in lower case.
    package var headers: [HeaderField]
    package var body: [UInt8]
    /// A body that is read while it is sent; then `body` is empty.
    package var file: FileBody?

    package init(
        method: String, scheme: String = "https", host: String = "", path: String = "/", query: [QueryItem] = [],
        headers: [HeaderField] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.scheme = scheme
        self.host = host
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// A name and a value of the query, neither encoded.
    package struct QueryItem: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A header field; its name is in lower case.
    package struct HeaderField: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name.lowercased()
            self.value = value
        }
    }

    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    package mutating func setHeader(_ name: String, _ value: String) {
        headers.removeAll { $0.name == name }
        headers.append(HeaderField(name, value))
    }

    package var url: String {
        let text = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return "\(scheme)://\(host)\(path)" + (text.isEmpty ? "" : "?" + text.joined(separator: "&"))
    }
}

/// What came back, before anything is read from it.
package struct IncomingAnswer: Sendable {
    package var status: Int
    /// Names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]

    package init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
