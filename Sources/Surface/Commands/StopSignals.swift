import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the user asked for by signals: the first one stops gracefully, a second one at once.
struct StopRequests: Equatable {
    enum Action: Equatable { case stop, stopAtOnce }

    private(set) var count = 0

    mutating func arrive() -> Action {
        count += 1
        return count == 1 ? .stop : .stopAtOnce
    }
}

/// Ctrl-C, `kill` and a closed terminal, taken over for as long as this lives.
final class StopSignals: Sendable {
    private let requests = Mutex(StopRequests())
    private let handler = Mutex<(@Sendable (StopRequests.Action) -> Void)?>(nil)
    private let numbers: [CInt]
    nonisolated(unsafe) private var sources: [any DispatchSourceSignal] = []

    var wasAsked: Bool { requests.withLock { $0.count > 0 } }

    init(_ numbers: [CInt] = [SIGINT, SIGTERM, SIGHUP]) {
        self.numbers = numbers
        let queue = DispatchQueue(label: "terrace.stop-signals")
        for number in numbers {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [weak self] in self?.arrived() }
            source.resume()
            sources.append(source)
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in numbers { signal(number, SIG_DFL) }
    }

    /// A signal that came before is delivered now.
    func handle(_ body: @escaping @Sendable (StopRequests.Action) -> Void) {
        handler.withLock { $0 = body }
        if wasAsked { body(.stop) }
    }

    func arrived() {
        let action = requests.withLock { $0.arrive() }
        handler.withLock { $0 }?(action)
    }
}
