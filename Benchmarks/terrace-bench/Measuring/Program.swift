import Foundation

/// A program that is run and waited for, or kept running.
enum Program {
    struct Result {
        var status: Int32
        var output: String
    }

    /// Runs a command to its end. Output and errors come together; unless it `mayFail` a bad exit is thrown.
    @discardableResult
    static func run(
        _ command: [String], environment: [String: String] = [:], mayFail: Bool = false, isQuiet: Bool = false
    ) throws -> Result {
        if !isQuiet { say("$ " + command.joined(separator: " ")) }
        let pipe = Pipe()
        let process = prepared(command, environment)
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 || mayFail else {
            throw BenchFailure("`\(command.joined(separator: " "))` ended with \(process.terminationStatus): \(output)")
        }
        return Result(status: process.terminationStatus, output: output)
    }

    /// Starts a command whose output nobody reads.
    static func start(_ command: [String]) throws -> Process {
        say("$ " + command.joined(separator: " ") + " &")
        let process = prepared(command, [:])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// `body` while a command runs; what the command printed.
    static func run(_ command: [String], during body: () throws -> Void) throws -> String {
        say("$ " + command.joined(separator: " ") + " &")
        let pipe = Pipe()
        let process = prepared(command, [:])
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let result = Swift.Result { try body() }
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try result.get()
        return output
    }

    private static func prepared(_ command: [String], _ environment: [String: String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Servers such as nginx are not on the PATH of an ordinary user.
        process.environment?["PATH", default: "/usr/bin:/bin"] += ":/usr/local/sbin:/usr/sbin:/sbin"
        process.standardInput = FileHandle.nullDevice
        return process
    }
}
