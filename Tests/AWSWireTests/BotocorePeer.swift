import Foundation
import Testing

/// A Python program of `Tests/Peers` that knows botocore: one JSON object a line goes in, one comes out. It ends when its
/// standard input does, so it cannot outlive the test.
final class BotocorePeer {
    private let process = Process()
    private let (input, output) = (Pipe(), Pipe())
    private var rest = Data()

    init(_ script: String, _ arguments: [String] = []) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        process.executableURL = root.appending(path: ".venv/bin/python")
        process.arguments = [root.appending(path: "Tests/Peers/\(script)").path(percentEncoded: false)] + arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AWS_") }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { try? input.fileHandleForWriting.close() }

    func ask(_ question: [String: Any]) throws -> [String: Any] {
        try say(question)
        let answer = try #require(nextLine())
        return try #require(try JSONSerialization.jsonObject(with: answer) as? [String: Any])
    }

    func say(_ question: [String: Any]) throws {
        let line = try JSONSerialization.data(withJSONObject: question) + Data("\n".utf8)
        try input.fileHandleForWriting.write(contentsOf: line)
    }

    /// Without its end; nil when the program has ended.
    func nextLine() -> Data? {
        while true {
            if let length = Self.lengthOfLine(rest) {
                defer { rest = rest.dropFirst(length + 1) }
                return rest.prefix(length)
            }
            let part = output.fileHandleForReading.availableData
            if part.isEmpty { return nil }
            rest.append(part)
        }
    }

    /// By the C library: a hundred million bytes come, and code that is not optimised takes seconds to look at each.
    private static func lengthOfLine(_ bytes: Data) -> Int? {
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, let end = memchr(start, 10, bytes.count) else { return nil }
            return UnsafeRawPointer(end) - start
        }
    }
}
