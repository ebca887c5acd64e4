import Dispatch
import Foundation
import LocalTarget
import Machine
import Processes
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Surroundings {
    /// This process as it was started.
    static let process = Surroundings(
        environment: ProcessInfo.processInfo.environment,
        workingFolder: URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory),
        output: { writeAll($0, to: STDOUT_FILENO) },
        errors: { writeAll($0, to: STDERR_FILENO) },
        readLine: { Swift.readLine() },
        isInputTerminal: isatty(STDIN_FILENO) == 1,
        isOutputTerminal: isatty(STDOUT_FILENO) == 1,
        isErrorTerminal: isatty(STDERR_FILENO) == 1,
        windowSize: terminalSize,
        now: { Date() },
        timeZone: .current,
        launch: { stack, manifest, folder, environment, events in
            try await Supervisor.launch(
                stack: stack, manifest: manifest, folder: folder, environment: environment, events: events)
        },
        cloud: AWSSession.open,
        user: Operator(
            holder: "\(SystemUsers.name(of: getuid()) ?? "user \(getuid())")@\(ThisMachine.name)",
            machine: "\(ThisMachine.name) \(ThisMachine.boot)", process: ProcessInfo.processInfo.processIdentifier,
            hasEnded: { ThisMachine.hasEnded($0) }),
        become: becomeProgram, attend: attendProgram,
        executable: Bundle.main.executablePath ?? CommandLine.arguments[0], readKeys: readKeys,
        stopSignals: { StopSignals() })

    @Sendable private static func readKeys(_ key: @escaping @Sendable (Character) -> Void) -> (@Sendable () -> Void)? {
        guard let mode = KeyMode(STDIN_FILENO) else { return nil }
        // Only ever cancelled from elsewhere, which any thread may do.
        nonisolated(unsafe) let source = DispatchSource.makeReadSource(
            fileDescriptor: STDIN_FILENO, queue: DispatchQueue(label: "keys"))
        source.setEventHandler {
            var byte: UInt8 = 0
            if read(STDIN_FILENO, &byte, 1) == 1 { key(Character(UnicodeScalar(byte))) }
        }
        source.resume()
        return {
            source.cancel()
            mode.restore()
        }
    }

    /// A reader that closed its end (`terrace logs | head`) ends this process in the usual way.
    private static func writeAll(_ text: String, to descriptor: CInt) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno == EPIPE {
                signal(SIGPIPE, SIG_DFL)
                raise(SIGPIPE)
                return
            } else if errno == EAGAIN {
                _ = Descriptors.wait([(descriptor, .output)], milliseconds: -1)
            } else if errno != EINTR {
                return
            }
        }
    }

    @Sendable private static func terminalSize() -> WindowSize {
        Terminal.size(of: STDOUT_FILENO).map { WindowSize(columns: $0.columns, rows: $0.rows) } ?? .standard
    }

    @Sendable private static func becomeProgram(
        _ program: ProgramStart
    ) -> Report {
        if let user = program.user, user != geteuid(), !SystemUsers.become(user) {
            return Report("cannot become the user \(SystemUsers.name(of: user) ?? "\(user)"): \(reason)")
        }
        if let folder = program.folder, chdir(folder) != 0 { return Report("cannot enter \(folder): \(reason)") }
        // An ignored signal stays ignored in the next program.
        signal(SIGPIPE, SIG_DFL)
        var words = ([program.path] + program.arguments).map { strdup($0) } + [nil]
        var variables = program.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        execve(program.path, &words, &variables)
        return Report("cannot start \(program.path): \(reason)")
    }

    @Sendable private static func attendProgram(_ program: ProgramStart) async throws -> Int32 {
        let child = try ChildProcess.spawn(
            ChildProcess.Request(
                executable: program.path, arguments: program.arguments, environment: program.environment,
                directory: program.folder, standardInput: STDIN_FILENO, standardOutput: STDOUT_FILENO,
                standardError: STDERR_FILENO, sharesTerminal: true, parentDeathSignal: SIGHUP))
        // What the keyboard sends to both is for the program to answer.
        let keys = [SIGINT, SIGQUIT]
        let before = keys.map { signal($0, SIG_IGN) }
        let exit = await child.waitForExit()
        for (key, action) in zip(keys, before) { signal(key, action) }
        switch exit {
        case .code(let code): return Int32(code)
        case .signal(let number): return 128 + Int32(number)
        }
    }

    private static var reason: String {
        String(cString: strerror(errno))
    }
}
