import Foundation
import TestKit
import Testing

/// What people do: by curl, which trusts the stack's own authority.
extension TrialStack {
    func curl(_ arguments: String...) async throws -> ToolResult {
        try await runTool(
            ["curl", "--silent", "--max-time", "60", "--cacert", path(".terrace/ca.pem")] + arguments)
    }

    func page(_ path: String = "/", _ more: String...) async throws -> String {
        try await runTool(
            ["curl", "--silent", "--max-time", "60", "--cacert", self.path(".terrace/ca.pem")] + more + [url(path)]
        ).output
    }

    func code(_ path: String = "/") async throws -> String {
        try await curl("--output", "/dev/null", "--write-out", "%{http_code}", url(path)).output
    }

    /// The status code; 303 means stored.
    func post(_ text: String) async throws -> String {
        try await curl(
            "--output", "/dev/null", "--write-out", "%{http_code}", "--cookie-jar", path("cookies"),
            "--data-urlencode", "name=visitor", "--data-urlencode", "text=\(text)", url("/messages")
        ).output
    }

    /// What the writer holds.
    func rows() async throws -> Set<String> {
        let result = try await terrace("db", "connect", input: "copy messages (body) to stdout;\n")
        #expect(result.exitCode == 0, "\(result.errors)")
        return Set(result.output.split(separator: "\n").map(String.init))
    }
}

/// Visitors who come again and again until they are told to stop.
actor Visitors {
    private(set) var failures: [String] = []
    private(set) var answered = 0
    /// The texts of messages that were answered with 303.
    private(set) var acknowledged: Set<String> = []
    private var isStopped = false
    private var work: [Task<Void, any Error>] = []

    /// Readers over HTTP/1.1 and HTTP/2, and one who writes.
    static func come(to stack: TrialStack) async -> Visitors {
        let visitors = Visitors()
        await visitors.begin(stack)
        return visitors
    }

    private func begin(_ stack: TrialStack) {
        work = ["--http1.1", "--http2"].map { version in Task { try await self.read(stack, version) } }
        work.append(Task { try await self.write(stack) })
    }

    /// Returns when the last answer is there.
    func leave() async throws {
        isStopped = true
        for each in work { try await each.value }
    }

    private func read(_ stack: TrialStack, _ version: String) async throws {
        while !isStopped {
            // One connection for twenty requests, as a browser has.
            let result = try await stack.curl(
                version, "--output", "/dev/null", "--write-out", "%{http_code}/%{exitcode} ", stack.url("/?n=[1-20]"))
            note(result.output.split(separator: " ").map(String.init), wanted: "200/0", "\(version) \(result.errors)")
        }
    }

    private func write(_ stack: TrialStack) async throws {
        while !isStopped {
            let text = "row-\(UInt64.random(in: .min ... .max))"
            let code = try await stack.post(text)
            note([code], wanted: "303", "POST")
            if code == "303" { acknowledged.insert(text) }
        }
    }

    private func note(_ answers: [String], wanted: String, _ what: String) {
        answered += answers.count
        if answers.isEmpty { failures.append("\(what): no answer") }
        failures += answers.filter { $0 != wanted }.map { "\(what): \($0)" }
    }

    /// More requests than those under way at the moment of the call.
    nonisolated func seeMore(than count: Int) async -> Bool {
        let before = await answered
        return await eventually(within: .seconds(60)) { await self.answered > before + count }
    }
}
