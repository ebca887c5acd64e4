import NIOCore
import Streams
import TrafficRules

/// Sends what is kept on the disk: reads ahead by one step on the thread pool, as fast as the client takes it, so that memory stays
/// flat and no loop waits for the disk.
final class FileAnswer: RequestReceiver {
    /// Read at once.
    private static let step = 256 << 10

    private let file: KeptFile
    private let responder: any Responder
    private var pieces: ArraySlice<PartialAnswer.Piece>
    private var isReading = false
    private var isOver = false
    private var sent = 0
    private let ended: (_ sent: Int) -> Void

    /// - Parameter ended: called once, when the last byte was handed over or the client has gone.
    init(
        _ file: KeptFile, _ pieces: [PartialAnswer.Piece], to responder: any Responder,
        ended: @escaping (_ sent: Int) -> Void
    ) {
        self.file = file
        self.pieces = pieces[...]
        self.responder = responder
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
        file.read(range.offset..<range.offset + count, on: responder.eventLoop).assumeIsolated().whenComplete {
            self.wasRead(try? $0.get())
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
