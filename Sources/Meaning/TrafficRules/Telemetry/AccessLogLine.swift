extension AccessLogEntry {
    /// An ALB cuts the user agent at 8 KB.
    private static let longestUserAgent = 8 * 1024
    /// No fewer than nine numbers, three times, two moments and what stands between all of it take.
    private static let ownBytes = 480

    /// Appends the line with its line feed. Whatever a client controls is escaped, so that it can neither end its quotes
    /// nor begin a line.
    package func append(to bytes: inout [UInt8]) {
        var moments = TimestampText()
        append(to: &bytes, &moments)
    }

    /// The same, for whoever writes many lines.
    package borrowing func append(to bytes: inout [UInt8], _ moments: inout TimestampText) {
        var line = LineWriter(roomFor: bound)
        write(to: &line, &moments)
        line.appendAndFree(to: &bytes)
    }

    private func write(to line: inout LineWriter, _ moments: inout TimestampText) {
        writeWay(to: &line, &moments)
        line.write(" ")
        writeRequest(to: &line)
        line.write(" ")
        userAgent.withUnsafeBytes {
            line.write(quoted: UnsafeRawBufferPointer(rebasing: $0.prefix(Self.longestUserAgent)))
        }
        writeConnection(to: &line, &moments)
        writeOutcome(to: &line)
        line.write("\n")
    }

    private var bound: Int {
        func length(_ text: String?) -> Int { text?.utf8.count ?? 0 }
        let words =
            balancer.utf8.count + client.address.utf8.count + 2 * length(target?.address) + length(cipher)
            + length(tlsVersion) + length(targetGroup) + length(request?.scheme) + length(connectionTraceID)
            + 16 * actions.count
        let escaped =
            (request?.byteCount ?? 0) + min(userAgent.count, Self.longestUserAgent) + traceID.count
            + length(domainName) + length(certificate) + length(redirectURL) + length(errorReason)
            + length(classificationReason)
        return Self.ownBytes + words + LineWriter.bound(escaping: escaped)
    }

    /// From its kind to how many bytes went each way.
    private func writeWay(to line: inout LineWriter, _ moments: inout TimestampText) {
        line.write(plain: kind.rawValue)
        line.write(" ")
        moments.write(time, to: &line)
        line.write(" ")
        line.write(word: balancer)
        line.write(" ")
        line.write(peer: client)
        line.write(" ")
        line.write(peer: target)
        line.write(processingTime: requestProcessing)
        line.write(processingTime: targetProcessing)
        line.write(processingTime: responseProcessing)
        line.write(" ")
        line.write(number: status)
        line.write(" ")
        line.write(number: targetStatus)
        line.write(" ")
        line.write(decimal: receivedBytes)
        line.write(" ")
        line.write(decimal: sentBytes)
    }

    /// `"GET https://host:port/path HTTP/1.1"`, or `"- - - "` as an ALB writes for a request that it could not read.
    private func writeRequest(to line: inout LineWriter) {
        guard let request else { return line.write("\"- - - \"") }
        line.write("\"")
        line.write(escaping: request.method.description)
        line.write(" ")
        line.write(plain: request.scheme)
        line.write("://")
        line.write(escaping: request.authority)
        line.write(escaping: request.target)
        switch request.version {
        case .http2: line.write(" HTTP/2.0\"")
        case .http11: line.write(" HTTP/1.1\"")
        case .http10: line.write(" HTTP/1.0\"")
        }
    }

    private func writeConnection(to line: inout LineWriter, _ moments: inout TimestampText) {
        line.write(" ")
        line.write(word: cipher)
        line.write(" ")
        line.write(word: tlsVersion)
        line.write(" ")
        line.write(word: targetGroup)
        line.write(" ")
        traceID.withUnsafeBytes { line.write(quoted: $0) }
        line.write(" ")
        line.write(quoted: domainName)
        line.write(" ")
        line.write(quoted: certificate)
        line.write(" ")
        line.write(number: rulePriority)
        line.write(" ")
        moments.write(created, to: &line)
    }

    private func writeOutcome(to line: inout LineWriter) {
        line.write(" \"")
        for (index, action) in actions.enumerated() {
            if index > 0 { line.write(",") }
            line.write(plain: action.rawValue)
        }
        line.write(actions.isEmpty ? "-\" " : "\" ")
        line.write(quoted: redirectURL)
        line.write(" ")
        line.write(quoted: errorReason)
        line.write(" \"")
        line.write(peer: target)
        line.write("\" \"")
        line.write(number: targetStatus)
        line.write("\" ")
        line.write(quoted: classification?.rawValue)
        line.write(" ")
        line.write(quoted: classificationReason)
        line.write(" ")
        line.write(word: connectionTraceID)
    }
}

extension AccessLogEntry.Request {
    /// What of it is written escaped.
    fileprivate var byteCount: Int {
        method.description.utf8.count + authority.utf8.count + target.utf8.count
    }
}

extension LineWriter {
    fileprivate mutating func write(number: Int?) {
        if let number { write(decimal: number) } else { write("-") }
    }

    /// Of our own making: no spaces, nothing to escape.
    fileprivate mutating func write(word: String?) {
        if let word, !word.isEmpty { write(plain: word) } else { write("-") }
    }

    fileprivate mutating func write(peer: AccessLogEntry.Peer?) {
        guard let peer else { return write("-") }
        write(word: peer.address)
        write(":")
        write(decimal: peer.port)
    }

    fileprivate mutating func write(quoted text: String?) {
        guard let text else { return write("\"-\"") }
        write("\"")
        write(escaping: text)
        write("\"")
    }

    fileprivate mutating func write(quoted bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return write("\"-\"") }
        write("\"")
        write(escaping: bytes)
        write("\"")
    }

    /// Behind a space: seconds with three decimals; -1 for a step that did not happen.
    fileprivate mutating func write(processingTime: Duration?) {
        guard let processingTime else { return write(" -1") }
        let milliseconds = Int(LatencyHistogram.microseconds(processingTime) / 1000)
        write(" ")
        write(decimal: milliseconds / 1000)
        write(".")
        write(decimal: milliseconds % 1000, width: 3)
    }
}
