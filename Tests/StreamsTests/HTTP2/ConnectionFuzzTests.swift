import NIOCore
import NIOEmbedded
import Streams
import TestKit
import Testing
import TrafficRules

/// Mutated frames, whole connections of them: none crashes the server, keeps more than its bounds, or leaves a request
/// without an end.
@Suite struct ConnectionFuzzTests {
    @Test func mutatedConnectionsEndCleanly() throws {
        var random = SeededGenerator(seed: 21)
        var served = 0
        for round in 0..<FuzzRounds.count / 10 {
            let stage = try ServerStage()
            stage.handler.onRequest = { request in
                request.responder.readBody()
                if round % 3 > 0 { request.answer(String(repeating: "x", count: round % 7 * 20_000)) }
            }
            for step in 0..<10 as Range<UInt32> {
                var bytes = Self.frame(step, &random).bytes
                if Int.random(in: 0..<8, using: &random) == 0 {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    bytes[place] =
                        [0, 1, 255, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
                }
                try stage.send(bytes)
                if !stage.isOpen { break }
            }
            served += stage.handler.requests.count
            stage.channel.pipeline.fireChannelInactive()
            for request in stage.handler.requests {
                #expect(request.gone <= 1)
                #expect(request.ended <= 1)
                #expect(request.body.readableBytes <= 1 << 20)
            }
            stage.end()
        }
        #expect(served > FuzzRounds.count / 20)
    }

    /// Mostly what a client would send: new streams in order, and frames for those that are open.
    private static func frame(_ step: UInt32, _ random: inout SeededGenerator) -> Frame {
        let stream = UInt32.random(in: 0...step, using: &random) * 2 + 1
        let block =
            [Block.get, Block.post, Block.literal("x", "y"), Block.post + Block.literal("content-length", "3")]
            .randomElement(using: &random) ?? []
        switch Int.random(in: 0...12, using: &random) {
        case 0...6: return .headers(step * 2 + 1, block, flags: [4, 5, 5, 4, 5, 1].randomElement(using: &random) ?? 5)
        case 7:
            return .data(
                stream | 1, .init(repeating: 7, count: Int.random(in: 0...600, using: &random)),
                flags: UInt8(step & 1))
        case 8: return .window(stream, UInt32.random(in: 0...0x7fff_ffff, using: &random))
        case 9:
            return .settings([(UInt8.random(in: 1...7, using: &random), UInt32.random(in: 0...70_000, using: &random))])
        case 10: return .reset(stream)
        case 11: return .continuation(stream, block)
        default:
            return Frame(
                kind: UInt8.random(in: 0...12, using: &random), flags: 0, stream: stream, payload: [1, 2, 3, 4, 5])
        }
    }
}
