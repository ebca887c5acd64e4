import NIOCore
import TrafficRules

/// A body that is being encoded, in steps that leave an event loop free for others: a step takes less than a millisecond, and between
/// two the loop has its turn.
final class PacedEncoding {
    /// Bytes of one step.
    static let step = 16 << 10

    private let encoder: BodyEncoder
    private var waiting = ByteBuffer()
    private var ends = false
    private(set) var isDone = false

    init?(_ coding: ContentCoding) {
        guard let encoder = BodyEncoder(coding) else { return nil }
        self.encoder = encoder
    }

    func append(_ bytes: ByteBuffer) {
        if waiting.readableBytes == 0 { waiting = bytes } else { waiting.writeImmutableBuffer(bytes) }
    }

    func end() { ends = true }

    /// Whether a step would come to something. While it does, no more of the body is to be asked for.
    var hasWork: Bool { waiting.readableBytes > 0 || ends && !isDone }

    /// Nil when the library gives up, which it does without memory only.
    func next() -> ByteBuffer? {
        guard let piece = waiting.readSlice(length: min(Self.step, waiting.readableBytes)) else { return nil }
        let isLast = ends && waiting.readableBytes == 0
        if isLast { isDone = true }
        return encoder.encode(piece, isLast: isLast)
    }
}
