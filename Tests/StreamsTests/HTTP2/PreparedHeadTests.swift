import NIOCore
import Streams
import Testing
import TrafficRules

/// A prepared head is sent as the same head that was not prepared.
@Suite struct PreparedHeadTests {
    static let heads: [[(String, String)]] = [
        [("content-type", "text/plain"), ("content-length", "5"), ("date", "Mon, 23 Nov 2026 14:47:00 GMT")],
        [("x-long", String(repeating: "v", count: 20_000)), ("date", "Mon, 23 Nov 2026 14:47:00 GMT")],
        [("connection", "close"), ("set-cookie", "a=b"), ("date", "Mon, 23 Nov 2026 14:47:00 GMT")],
        [],
    ]

    @Test(arguments: heads, ["hello", ""])
    func itIsTheSameAnswer(fields: [(String, String)], body: String) throws {
        let (head, own) = (Self.head(fields), Self.head([("age", "7"), ("x-request-id", "1")]).fields)
        var whole = head
        own.visit { whole.fields.append(name: $0, value: $1) }
        let prepared = try #require(PreparedHead(head))
        let body = ByteBuffer(string: body)
        let both = try [
            answer { $0.send(whole: whole, body: body, length: nil) },
            answer { $0.send(prepared: prepared, own: own, body: body) },
        ]
        #expect(both[0].count == (body.readableBytes == 0 ? 1 : 2) + (whole.fields.byteCount > 16_384 ? 1 : 0))
        #expect(both[0].map(\.description) == both[1].map(\.description))
        // Without a date of its own it has that of the moment.
        if head.fields.contains(.date) { #expect(both[0] == both[1]) }
    }

    /// Their framing is decided by the kind of answer.
    @Test(arguments: [103, 204, 304]) func anAnswerWithoutABodyIsNotPrepared(status: Int) {
        #expect(PreparedHead(ResponseHead(status: status)) == nil)
    }

    private static func head(_ fields: [(String, String)]) -> ResponseHead {
        var head = ResponseHead(status: 200)
        for (name, value) in fields { head.fields.append(FieldName(name), value) }
        return head
    }

    private func answer(_ send: (any Responder) -> Void) throws -> [Frame] {
        let stage = try ServerStage()
        try stage.send(.headers(1))
        send(try #require(stage.handler.requests.first).responder)
        defer { stage.end() }
        return stage.frames()
    }
}
