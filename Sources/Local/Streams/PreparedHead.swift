package import TrafficRules

/// A head that many answers begin with: what is sent of it is encoded once and copied for each of them. What is a single
/// answer's own follows it.
package final class PreparedHead: Sendable {
    let head: ResponseHead
    package var status: Int { head.status }
    /// The fields as a header block has them, which depends on nothing that a connection has sent before (`HeaderBlock`).
    let block: [UInt8]
    /// The status line and the fields as HTTP/1 has them, without the empty line.
    let lines: [UInt8]
    let hasDate: Bool
    let hasLength: Bool

    /// Nil where the kind of answer leaves a field or the body out.
    package init?(_ head: ResponseHead) {
        guard head.status >= 200, head.status != 204, head.status != 304 else { return nil }
        self.head = head
        block = HeaderBlock.encoded(head.fields)
        lines = HeadWriter.lines(of: head)
        hasDate = head.fields.contains(.date)
        hasLength = head.fields.contains(.contentLength)
    }

    /// As one head, for whoever changes it on its way.
    func whole(with own: HeaderFields) -> ResponseHead {
        var whole = head
        own.visit { whole.fields.append(name: $0, value: $1) }
        return whole
    }
}
