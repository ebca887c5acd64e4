import NIOCore

/// Memory for one turn of a loop: the buffer that a connection fills and hands over serves the next connection, so that
/// an idle connection keeps none.
package final class LoopScratch {
    /// A larger one is not kept.
    private static let largest = 256 << 10

    private var spare: ByteBuffer?

    package init() {}

    func lend(to buffer: inout ByteBuffer) {
        guard buffer.capacity == 0, let spare else { return }
        buffer = spare
        self.spare = nil
    }

    /// Its bytes have been written; where something still holds them, that keeps the storage.
    func give(_ buffer: consuming ByteBuffer) {
        guard spare == nil, buffer.capacity <= Self.largest else { return }
        buffer.clear()
        spare = buffer
    }
}
