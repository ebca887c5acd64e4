import Processes
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads the output of every task on one thread and writes it into one log per service. Holds one line per stream and one
/// chunk; a task that writes faster than the disk takes it waits in its own `write`.
final class LogCollector: Sendable {
    private struct Source: Sendable {
        let descriptor: CInt
        let service: String
        let task: String
        let stream: LogLine.Stream
        let output: TaskOutput
    }

    private struct Requests {
        var new: [Source] = []
        var isClosing = false
        /// The thread has ended.
        var isClosed = false
        var whenClosed: [@Sendable () -> Void] = []
    }

    private let folder: String
    private let fileBytes: Int
    private let requests = Mutex(Requests())
    /// Its write end wakes the thread from `poll`.
    private let wake: OutputPipe

    init(folder: String, fileBytes: Int = LogLimits.fileBytes) throws(TaskFailure) {
        self.folder = folder
        self.fileBytes = fileBytes
        guard let wake = OutputPipe() else {
            throw TaskFailure("no free file descriptors for the logs", next: "raise the limit: `ulimit -n`")
        }
        self.wake = wake
        let code = startThread { [self] in run() }
        guard code == 0 else { throw TaskFailure("no thread for the logs: \(String(cString: strerror(code)))") }
    }

    /// Takes over the read end. After `close` it is closed, and the child's next write fails.
    func attach(_ pipe: OutputPipe, service: String, task: String, stream: LogLine.Stream, output: TaskOutput) {
        let source = Source(descriptor: pipe.readEnd, service: service, task: task, stream: stream, output: output)
        let isClosed = requests.withLock { requests in
            if !requests.isClosed { requests.new.append(source) }
            wakeUp(requests)
            return requests.isClosed
        }
        if isClosed {
            pipe.closeReadEnd()
            output.streamEnded()
        }
    }

    /// Reads what is there, writes it, and ends the thread. Streams that are still open are given up.
    func close() async {
        await withCheckedContinuation { continuation in
            let isClosed = requests.withLock { requests in
                requests.isClosing = true
                if !requests.isClosed { requests.whenClosed.append { continuation.resume() } }
                wakeUp(requests)
                return requests.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }

    /// Under the lock, so that the descriptor is still ours.
    private func wakeUp(_ requests: borrowing Requests) {
        guard !requests.isClosed else { return }
        var byte: UInt8 = 0
        write(wake.writeEnd, &byte, 1)
    }

    private func run() {
        var reading = Reading(folder: folder, fileBytes: fileBytes)
        var closing = false
        while !closing {
            reading.waitForInput(or: wake.readEnd)
            let new = requests.withLock { requests in
                closing = requests.isClosing
                defer { requests.new = [] }
                return requests.new
            }
            for source in new {
                reading.add(
                    descriptor: source.descriptor, service: source.service, task: source.task, stream: source.stream,
                    output: source.output)
            }
            reading.readAvailable()
        }
        reading.finish()
        let whenClosed = requests.withLock { requests in
            requests.isClosed = true
            // They came after the last look; nobody will read them.
            for source in requests.new { closeDescriptor(source.descriptor) }
            requests.new = []
            wake.closeReadEnd()
            wake.closeWriteEnd()
            defer { requests.whenClosed = [] }
            return requests.whenClosed
        }
        for body in whenClosed { body() }
    }
}
