import NIOCore
import Streams
import TrafficRules

/// Sends a large kept answer, from the disk or from memory, step by step as fast as the client takes it: so a client that reads slowly
/// costs a step and not the whole, which TLS would have to encrypt at once, and no loop waits for the disk.
final class PacedAnswer: RequestReceiver {
    /// Read at once.
    private static let step = 256 << 10
    /// As much of what is in memory is sent in one piece.
    static let atOnce = 2 * step

    private let body: KeptBody
    private let responder: any Responder
    private var pieces: ArraySlice<PartialAnswer.Piece>
    private var isReading = false
    private var isOver = false
    private var sent = 0
    private let ended: (_ sent: Int) -> Void

    /// - Parameter ended: called once, when the last byte was handed over or the client has gone.
    init(
        _ body: KeptBody, _ pieces: [PartialAnswer.Piece], to responder: any Responder,
        ended: @escaping (_ sent: Int) -> Void
    ) {
        self.body = body
        self.responder = responder
        self.pieces = pieces[...]
        self.ended = ended
    }

    func start(_ head: ResponseHead, length: Int) {
        responder.send(head, body: .length(length))
        sendMore()
    }

    private func sendMore() {
        while !isReading, !isOver, responder.isWritable {
            switch pieces.first {
            case nil: return finish()
            case .bytes(let bytes):
                pieces.removeFirst()
                send(ByteBuffer(bytes: bytes))
            case .range(let range): read(range)
            }
        }
    }

    private func read(_ range: ByteRange) {
        let count = min(range.count, Self.step)
        pieces.removeFirst()
        if range.count > count {
            let rest = ByteRange(offset: range.offset + count, count: range.count - count)
            pieces = [.range(rest)] + pieces
        }
        isReading = true
        switch body {
        case .file(let file):
            file.read(range.offset..<range.offset + count, on: responder.eventLoop).assumeIsolated().whenComplete {
                self.wasRead(try? $0.get())
            }
        case .memory(let bytes):
            // In a turn of its own: only when the step before was flushed is it known whether the client takes more.
            let step = bytes.getSlice(at: bytes.readerIndex + range.offset, length: count)
            responder.eventLoop.assumeIsolated().execute { self.wasRead(step) }
        }
    }

    private func wasRead(_ bytes: ByteBuffer?) {
        isReading = false
        guard !isOver else { return }
        guard let bytes else {
            responder.abort()
            return over()
        }
        send(bytes)
        sendMore()
    }

    private func send(_ bytes: ByteBuffer) {
        sent += bytes.readableBytes
        responder.send(bytes)
    }

    private func finish() {
        responder.finish(trailers: nil)
        over()
    }

    private func over() {
        guard !isOver else { return }
        isOver = true
        ended(sent)
    }

    // MARK: RequestReceiver

    func receive(body: ByteBuffer) {}
    func receiveEnd(trailers: HeaderFields?) {}
    func clientGone() { over() }
    func clientWritabilityChanged(isWritable: Bool) { if isWritable { sendMore() } }
}
