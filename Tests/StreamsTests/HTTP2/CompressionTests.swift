import NIOCore
import NIOHPACK
import Streams
import TestKit
import Testing
import TrafficRules

/// HPACK against NIO's, which was written from the same RFC by others.
@Suite struct CompressionTests {
    private static let names = [
        "accept", "accept-encoding", "cookie", "x-a", "user-agent", "x-request-id", ":path", ":authority",
        "cache-control",
        "a-name-that-is-somewhat-longer-than-most-names-are",
    ]

    @Test func whatAnotherEncoderWritesIsReadTheSame() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            var encoder = HPACKEncoder(
                allocator: ByteBufferAllocator(), useHuffmanEncoding: Bool.random(using: &random),
                maxDynamicTableSize: 4096)
            var decoder = HPACKDecoder()
            var list = HeaderList(limit: 1 << 20, fieldCount: 1000)
            for _ in 0..<Int.random(in: 1...10, using: &random) {
                let headers = Self.headers(&random)
                var block = ByteBuffer()
                try encoder.encode(headers: headers, to: &block)
                list.removeAll()
                try block.withUnsafeReadableBytes { try decoder.decode($0, into: &list) }
                #expect(list.entries.map { Self.text(list, $0) } == headers.map { "\($0.name): \($0.value)" })
            }
        }
    }

    @Test func whatIsWrittenAnotherDecoderReadsTheSame() throws {
        var random = SeededGenerator(seed: 12)
        for _ in 0..<200 {
            var decoder = NIOHPACK.HPACKDecoder(allocator: ByteBufferAllocator())
            var trial = TrialConnection()
            trial.answers = false
            for round in 0..<5 as Range<UInt32> {
                var head = ResponseHead(
                    status: [200, 204, 206, 304, 404, 418, 503].randomElement(using: &random) ?? 200)
                for field in Self.headers(&random) where !field.name.hasPrefix(":") {
                    head.fields.append(FieldName(field.name), field.value)
                }
                trial.receive(.headers(round * 2 + 1))
                trial.connection.output.clear()
                trial.connection.send(round * 2 + 1, head, length: 12, date: Array("today".utf8), isEnd: true)
                var block = ByteBuffer(bytes: try #require(trial.sent.first).payload)
                let headers = try decoder.decodeHeaders(from: &block)
                var expected = [":status: \(head.status)"]
                head.fields.visit { expected.append(String(decoding: $0 + [58, 32] + $1, as: UTF8.self)) }
                #expect(headers.map { "\($0.name): \($0.value)" } == expected + ["content-length: 12", "date: today"])
            }
        }
    }

    /// Mutated blocks: both read the same, or both refuse. Ours refuses more where it must keep less.
    @Test func mutatedBlocksAreReadTheSameOrRefused() throws {
        var random = SeededGenerator(seed: 13)
        var agreed = 0
        for _ in 0..<FuzzRounds.count {
            var encoder = HPACKEncoder(
                allocator: ByteBufferAllocator(), useHuffmanEncoding: Bool.random(using: &random),
                maxDynamicTableSize: 4096)
            var block = ByteBuffer()
            try encoder.encode(headers: Self.headers(&random), to: &block)
            for _ in 0..<Int.random(in: 1...3, using: &random) where block.readableBytes > 0 {
                let place = Int.random(in: 0..<block.readableBytes, using: &random)
                block.setInteger(UInt8.random(in: 0...255, using: &random), at: place)
            }
            var list = HeaderList(limit: 1 << 20, fieldCount: 1000)
            var ours = HPACKDecoder()
            var theirs = NIOHPACK.HPACKDecoder(allocator: ByteBufferAllocator())
            let isRead = block.withUnsafeReadableBytes { (try? ours.decode($0, into: &list)) != nil }
            guard isRead, let headers = try? theirs.decodeHeaders(from: &block) else { continue }
            agreed += 1
            #expect(list.entries.map { Self.text(list, $0) } == headers.map { "\($0.name): \($0.value)" })
        }
        #expect(agreed > FuzzRounds.count / 10)
    }

    private static func text(_ list: HeaderList, _ entry: HeaderList.Entry) -> String {
        String(decoding: list.bytes[entry.name], as: UTF8.self) + ": "
            + String(decoding: list.bytes[entry.value], as: UTF8.self)
    }

    private static func headers(_ random: inout SeededGenerator) -> HPACKHeaders {
        var headers = HPACKHeaders()
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let indexing: HPACKIndexing =
                [.indexable, .nonIndexable, .neverIndexed].randomElement(using: &random) ?? .indexable
            let length = [0, 3, 20, 200].randomElement(using: &random) ?? 0
            let value = String(
                decoding: (0..<length).map { _ in UInt8.random(in: 33...126, using: &random) }, as: UTF8.self)
            headers.add(name: names.randomElement(using: &random) ?? "x", value: value, indexing: indexing)
        }
        return headers
    }
}
