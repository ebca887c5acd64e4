/// A file into which AWS has written a log, compressed by gzip.
package struct CloudLogFile: Sendable, Equatable {
    /// `edge/AWSLogs/123456789012/CloudFront/E2EXAMPLE1.2026-11-30-02.1a2b3c4d.gz`
    package var name: String
    /// Compressed.
    package var bytes: Int

    package init(name: String, bytes: Int) {
        self.name = name
        self.bytes = bytes
    }
}
