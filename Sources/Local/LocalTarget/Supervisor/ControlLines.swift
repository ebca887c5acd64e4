import Foundation
import NIOCore
import Stacks

/// A connection seen as lines.
typealias LineChannel = NIOAsyncChannel<ReceivedLine, ByteBuffer>
typealias ReceivedLines = NIOAsyncChannelInboundStream<ReceivedLine>.AsyncIterator

enum ReceivedLine: Sendable, Equatable {
    case line(ByteBuffer)
    /// What follows such a line is not read.
    case tooLong(limit: Int)
}

/// Cuts what arrives at newlines and stops at a line above `limit` bytes before it fills the memory.
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ReceivedLine

    let limit: Int
    /// Bytes at the front that are known to hold no newline.
    private var searched = 0
    private var hasStopped = false

    init(limit: Int) { self.limit = limit }

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        if hasStopped {
            buffer.clear()
            return .needMoreData
        }
        let view = buffer.readableBytesView.dropFirst(searched)
        let end = view.firstIndex(of: UInt8(ascii: "\n")).map { $0 - buffer.readerIndex }
        guard (end ?? buffer.readableBytes) <= limit else {
            hasStopped = true
            buffer.clear()
            context.fireChannelRead(wrapInboundOut(.tooLong(limit: limit)))
            return .needMoreData
        }
        guard let end, let line = buffer.readSlice(length: end) else {
            searched = buffer.readableBytes
            return .needMoreData
        }
        searched = 0
        buffer.moveReaderIndex(forwardBy: 1)
        context.fireChannelRead(wrapInboundOut(.line(line)))
        return .continue
    }

    /// Half a line at the end of a connection is nobody's message.
    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        while try decode(context: context, buffer: &buffer) == .continue {}
        return .needMoreData
    }

    /// On the channel's event loop.
    static func wrap(_ channel: any Channel, limit: Int) throws -> LineChannel {
        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder(limit: limit)))
        return try LineChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: true))
    }
}

/// Writes messages as lines; a peer that takes nothing for `deadline` is cut off.
struct LineWriter: Sendable {
    let channel: any Channel
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    let deadline: TimeAmount

    func write(_ message: some Encodable) async throws {
        let data = try JSONEncoder().encode(message)
        var line = channel.allocator.buffer(capacity: data.count + 1)
        line.writeBytes(data)
        line.writeInteger(UInt8(ascii: "\n"))
        let cut = channel.eventLoop.scheduleTask(in: deadline) { [channel] in channel.close(promise: nil) }
        defer { cut.cancel() }
        try await outbound.write(line)
    }

    /// Ends this direction when everything is written; closes the connection when the peer does not do so in time.
    func finish() -> Scheduled<Void> {
        outbound.finish()
        return channel.eventLoop.scheduleTask(in: deadline) { [channel] in channel.close(promise: nil) }
    }
}

extension JSONDecoder {
    func decode<Message: Decodable>(_ type: Message.Type, line: ByteBuffer) throws -> Message {
        try decode(type, from: Data(line.readableBytesView))
    }
}
