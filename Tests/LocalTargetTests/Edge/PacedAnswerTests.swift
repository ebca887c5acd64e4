import NIOCore
import NIOPosix
import Streams
import Testing
import TrafficRules

@testable import LocalTarget

struct PacedAnswerTests {
    /// Takes one piece, and no more before it is told to.
    private final class SlowClient: Responder {
        let eventLoop: any EventLoop
        var isWritable = true
        var taken = 0
        var hasEnd = false

        init(_ loop: any EventLoop) { eventLoop = loop }

        func send(interim head: ResponseHead) {}
        func send(whole head: ResponseHead, body: ByteBuffer?, length: Int?) {}
        func send(_ head: ResponseHead, body: BodyFraming) {}
        func send(_ bytes: ByteBuffer) {
            taken += bytes.readableBytes
            isWritable = false
        }
        func finish(trailers: HeaderFields?) { hasEnd = true }
        func abort() {}
        func readBody() {}
        func switchProtocols(_ head: ResponseHead) {}
    }

    private struct Sending {
        let client: SlowClient
        let answer: PacedAnswer
    }

    @Test("What is kept in memory goes to a slow client a step at a time, and not encrypted as a whole")
    func aStepAtATime() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let body = ByteBuffer(repeating: 1, count: 600_000)
        let sending = try await loop.submit {
            let client = SlowClient(loop)
            let pieces = [PartialAnswer.Piece.range(ByteRange(offset: 0, count: body.readableBytes))]
            let answer = PacedAnswer(.memory(body), pieces, to: client) { _ in }
            answer.start(ResponseHead(status: 200), length: body.readableBytes)
            return NIOLoopBound(Sending(client: client, answer: answer), eventLoop: loop)
        }.get()
        var taken: [Int] = []
        for _ in 0..<3 {
            // A turn for the step, and one behind it.
            for _ in 0..<2 { try await loop.submit {}.get() }
            taken.append(try await loop.submit { sending.value.client.taken }.get())
            try await loop.submit {
                sending.value.client.isWritable = true
                sending.value.answer.clientWritabilityChanged(isWritable: true)
            }.get()
        }
        #expect(taken == [262_144, 524_288, 600_000])
        #expect(try await loop.submit { sending.value.client.hasEnd }.get())
    }
}
