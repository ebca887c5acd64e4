import Machine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension LogCollector {
    /// The collecting thread's own state.
    struct Reading: ~Copyable {
        private struct Stream {
            let descriptor: CInt
            let service: String
            /// ` web.3 out `: what stands between the time and the text.
            let label: [UInt8]
            let output: TaskOutput
            var splitter = LineSplitter()
        }

        /// A final class, for a dictionary cannot hold what may not be copied.
        private final class Log {
            var file: LogFile
            init(_ file: consuming LogFile) { self.file = file }
        }

        private let folder: String
        private let fileBytes: Int
        private var streams: [Stream] = []
        private var logs: [String: Log] = [:]
        private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

        init(folder: String, fileBytes: Int) {
            self.folder = folder
            self.fileBytes = fileBytes
        }

        deinit { chunk.deallocate() }

        mutating func add(
            descriptor: CInt, service: String, task: String, stream: LogLine.Stream, output: TaskOutput
        ) {
            let label = Array(" \(task) \(stream.rawValue) ".utf8)
            streams.append(Stream(descriptor: descriptor, service: service, label: label, output: output))
        }

        mutating func waitForInput(or wake: CInt) {
            let watched = streams.map(\.descriptor) + [wake]
            let ready = Descriptors.wait(watched.map { ($0, .input) }, milliseconds: -1)
            if ready?.last == streams.count { _ = read(wake, chunk.baseAddress, chunk.count) }
        }

        /// One chunk of each stream, so that no task silences another.
        mutating func readAvailable() {
            var ended: [CInt] = []
            for index in streams.indices where !readChunk(index) { ended.append(streams[index].descriptor) }
            for descriptor in ended { end(descriptor) }
        }

        mutating func finish() {
            for index in streams.indices { while readMore(index) {} }
            for stream in streams { end(stream.descriptor) }
        }

        /// False at the end of the stream.
        private mutating func readChunk(_ index: Int) -> Bool {
            let count = read(streams[index].descriptor, chunk.baseAddress, chunk.count)
            if count > 0 { write(UnsafeRawBufferPointer(rebasing: chunk[..<count]), from: index) }
            return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))
        }

        /// False when nothing is there now. Bounded: a task that still floods is cut off by the caller's close.
        private mutating func readMore(_ index: Int) -> Bool {
            let count = read(streams[index].descriptor, chunk.baseAddress, chunk.count)
            guard count > 0 else { return false }
            write(UnsafeRawBufferPointer(rebasing: chunk[..<count]), from: index)
            return count == chunk.count
        }

        private mutating func write(_ bytes: UnsafeRawBufferPointer, from index: Int) {
            var batch = Batch(time: LogTime.now.text, label: streams[index].label, output: streams[index].output)
            streams[index].splitter.take(bytes) { batch.add($0) }
            append(batch, to: streams[index].service)
        }

        private mutating func end(_ descriptor: CInt) {
            guard let index = streams.firstIndex(where: { $0.descriptor == descriptor }) else { return }
            var stream = streams.remove(at: index)
            var batch = Batch(time: LogTime.now.text, label: stream.label, output: stream.output)
            stream.splitter.finish { batch.add($0) }
            append(batch, to: stream.service)
            closeDescriptor(descriptor)
            stream.output.streamEnded()
        }

        private mutating func append(_ batch: Batch, to service: String) {
            guard batch.lines > 0 else { return }
            let log = logs[service] ?? Log(LogFile(folder: folder, service: service, fileBytes: fileBytes))
            logs[service] = log
            log.file.append(batch.bytes, lines: batch.lines)
        }
    }

    /// Lines of one stream that arrived together.
    private struct Batch {
        let time: [UInt8]
        let label: [UInt8]
        let output: TaskOutput
        var bytes: [UInt8] = []
        var lines = 0

        init(time: [UInt8], label: [UInt8], output: TaskOutput) {
            self.time = time
            self.label = label
            self.output = output
        }

        mutating func add(_ line: [UInt8]) {
            bytes += time
            bytes += label
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
            lines += 1
            output.add(line, behind: time + label)
        }
    }
}

/// The system's `close`, out of reach of the collector's own.
func closeDescriptor(_ descriptor: CInt) { close(descriptor) }
