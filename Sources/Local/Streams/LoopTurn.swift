import NIOCore

/// What waits for the end of a turn of a loop, of all its connections: they share one task of the loop, and no connection needs a
/// closure of its own.
package final class LoopTurn {
    private var waiting: [HTTP1ServerHandler] = []
    private var spare: [HTTP1ServerHandler] = []

    package init() {}

    /// `endTurn` of the handler is called when everything is done that the loop has at hand.
    func awaitEnd(_ handler: HTTP1ServerHandler, on loop: any EventLoop) {
        waiting.append(handler)
        guard waiting.count == 1 else { return }
        loop.assumeIsolated().execute { self.end() }
    }

    private func end() {
        swap(&waiting, &spare)
        for handler in spare { handler.endTurn() }
        spare.removeAll(keepingCapacity: true)
    }
}
