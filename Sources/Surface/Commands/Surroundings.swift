import Foundation
import LocalTarget
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Everything a verb touches besides the stack itself, so that a test can be the terminal, the clock and the machine.
struct Surroundings: Sendable {
    /// How a supervisor starts inside this process.
    typealias Launch =
        @Sendable (Stack, [ManifestSource], URL, [String: String], @escaping @Sendable (StackEvent) -> Void)
        async throws -> any StackSupervisor
    /// How a stack in the cloud is reached.
    typealias Cloud = @Sendable (CloudRequest) async throws -> CloudSession
    /// Calls back with every key until what it returns is called, which gives the terminal back; nil without a terminal.
    typealias ReadKeys = @Sendable (_ key: @escaping @Sendable (Character) -> Void) -> (@Sendable () -> Void)?
    /// Becomes another program; returns only with the reason why it did not.
    typealias Become = @Sendable (ProgramStart) -> Report

    /// Runs another program on this terminal to its end; its exit code, or 128 and the signal that ended it.
    typealias Attend = @Sendable (ProgramStart) async throws -> Int32

    var environment: [String: String]
    var workingFolder: URL
    var output: @Sendable (String) -> Void
    var errors: @Sendable (String) -> Void
    /// A line the user typed, without its newline; nil when there is no more.
    var readLine: @Sendable () -> String?
    var isInputTerminal: Bool
    var isOutputTerminal: Bool
    var isErrorTerminal: Bool
    var windowSize: @Sendable () -> WindowSize
    var now: @Sendable () -> Date
    var timeZone: TimeZone
    var launch: Launch
    var cloud: Cloud
    var user: Operator
    var become: Become
    var attend: Attend
    /// This program's own file: a detached supervisor is the same program.
    var executable: String
    var readKeys: ReadKeys = { _ in nil }
    /// What takes Ctrl-C over while a verb watches something; nobody presses it where nobody is.
    var stopSignals: @Sendable () -> StopSignals = { StopSignals([]) }

    @TaskLocal static var current = Surroundings.process
}

/// Another program in this one's place.
struct ProgramStart: Sendable, Equatable {
    /// Absolute.
    var path: String
    var arguments: [String]
    var environment: [String: String]
    /// Where it runs; nil: where this one does.
    var folder: String?
    /// nil: this one's.
    var user: UInt32?
}

struct WindowSize: Sendable, Equatable {
    var columns: Int
    var rows: Int

    static let standard = WindowSize(columns: 80, rows: 24)
}

extension Surroundings {
    /// Colour only on a terminal that can show it, and never against `NO_COLOR`. Source: no-color.org.
    var style: TextStyle { TextStyle(hasColour: isOutputTerminal && allowsColour) }
    var errorStyle: TextStyle { TextStyle(hasColour: isErrorTerminal && allowsColour) }

    private var allowsColour: Bool { (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb" }

    func say(_ line: String) { output(line + "\n") }

    /// Asks on the terminal; false when nobody can answer.
    func confirms(_ question: String) -> Bool {
        guard isInputTerminal else { return false }
        output("\(question) [y/N] ")
        return ["y", "yes"].contains((readLine() ?? "").lowercased())
    }

    /// The first program of that name on PATH.
    func program(_ name: String) -> String? {
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    func eventLine(_ event: StackEvent, style: TextStyle) -> String {
        EventLine(style: style, timeZone: timeZone).text(event)
    }
}
