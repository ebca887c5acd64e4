extension AccessLogEntry {
    /// An ALB cuts the user agent at 8 KB.
    private static let longestUserAgent = 8 * 1024

    /// Appends the line with its line feed. Whatever a client controls is escaped, so that it can neither end its quotes
    /// nor begin a line.
    package func append(to line: inout [UInt8]) {
        var moments = TimestampText()
        append(to: &line, &moments)
    }

    /// The same, for whoever writes many lines.
    package func append(to line: inout [UInt8], _ moments: inout TimestampText) {
        line.append(text: kind.rawValue)
        line.space()
        moments.append(time, to: &line)
        line.space()
        line.append(word: balancer)
        line.space()
        line.append(peer: client)
        line.space()
        if let target { line.append(peer: target) } else { line.append(45) }
        for time in [requestProcessing, targetProcessing, responseProcessing] {
            line.space()
            line.append(processingTime: time)
        }
        line.space()
        line.append(number: status)
        line.space()
        line.append(number: targetStatus)
        line.space()
        line.append(decimal: receivedBytes)
        line.space()
        line.append(decimal: sentBytes)
        line.space()
        appendRequest(to: &line)
        line.space()
        line.append(quoted: userAgent.isEmpty ? [45] : userAgent.prefix(Self.longestUserAgent))
        appendConnection(to: &line, &moments)
        appendOutcome(to: &line)
        line.append(10)
    }

    /// `"GET https://host:port/path HTTP/1.1"`, or `"- - - "` as an ALB writes for a request that it could not read.
    private func appendRequest(to line: inout [UInt8]) {
        guard let request else { return line.append(text: "\"- - - \"") }
        line.append(34)
        line.append(escaping: request.method.description.utf8)
        line.space()
        line.append(text: request.scheme)
        line.append(text: "://")
        line.append(escaping: request.authority.utf8)
        line.append(escaping: request.target.utf8)
        line.append(
            text: request.version == .http2 ? " HTTP/2.0" : request.version == .http11 ? " HTTP/1.1" : " HTTP/1.0")
        line.append(34)
    }

    private func appendConnection(to line: inout [UInt8], _ moments: inout TimestampText) {
        for word in [cipher, tlsVersion, targetGroup] {
            line.space()
            if let word { line.append(word: word) } else { line.append(45) }
        }
        line.space()
        line.append(quoted: traceID.isEmpty ? [45] : traceID[...])
        line.space()
        line.append(quoted: domainName)
        line.space()
        line.append(quoted: certificate)
        line.space()
        line.append(number: rulePriority)
        line.space()
        moments.append(created, to: &line)
    }

    private func appendOutcome(to line: inout [UInt8]) {
        line.append(text: " \"")
        for (index, action) in actions.enumerated() {
            if index > 0 { line.append(44) }
            line.append(text: action.rawValue)
        }
        line.append(text: actions.isEmpty ? "-\" " : "\" ")
        line.append(quoted: redirectURL)
        line.space()
        line.append(quoted: errorReason)
        line.append(text: " \"")
        if let target { line.append(peer: target) } else { line.append(45) }
        line.append(text: "\" \"")
        line.append(number: targetStatus)
        line.append(text: "\" ")
        line.append(quoted: classification?.rawValue)
        line.space()
        line.append(quoted: classificationReason)
        line.space()
        line.append(word: connectionTraceID ?? "-")
    }
}

extension [UInt8] {
    fileprivate mutating func space() { append(32) }

    fileprivate mutating func append(number: Int?) {
        if let number { append(decimal: number) } else { append(45) }
    }

    /// Of our own making: no spaces, nothing to escape.
    fileprivate mutating func append(word: String) { append(contentsOf: word.isEmpty ? "-".utf8 : word.utf8) }

    fileprivate mutating func append(peer: AccessLogEntry.Peer) {
        append(word: peer.address)
        append(58)
        append(decimal: peer.port)
    }

    fileprivate mutating func append(quoted text: String?) {
        guard let text else { return append(text: "\"-\"") }
        append(34)
        append(escaping: text.utf8)
        append(34)
    }

    fileprivate mutating func append(quoted bytes: ArraySlice<UInt8>) {
        append(34)
        append(escaping: bytes)
        append(34)
    }

    /// `"`, `\`, controls and everything beyond ASCII become `\xHH`.
    fileprivate mutating func append(escaping bytes: some Collection<UInt8>) {
        func isPlain(_ byte: UInt8) -> Bool { byte >= 32 && byte < 127 && byte != 34 && byte != 92 }
        // Nearly always, and then at once.
        if append(bytes, ifAll: isPlain) { return }
        for byte in bytes {
            if isPlain(byte) {
                append(byte)
            } else {
                append(contentsOf: [92, 120])
                append(hexadecimal: UInt64(byte), width: 2)
            }
        }
    }

    /// Seconds with three decimals; -1 for a step that did not happen.
    fileprivate mutating func append(processingTime: Duration?) {
        guard let processingTime else { return append(text: "-1") }
        let (seconds, attoseconds) = Swift.max(.zero, processingTime).components
        append(decimal: Int(seconds))
        append(46)
        append(decimal: Int(attoseconds / 1_000_000_000_000_000), width: 3)
    }
}
