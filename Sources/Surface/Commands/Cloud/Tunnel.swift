import Foundation
import Machine
import Processes
import Provisioning
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A port of this machine that leads to a host inside the stack's network, for as long as AWS's program for sessions runs.
final class Tunnel: Sendable {
    /// Of this machine alone.
    let port: Int
    private let child: ChildProcess
    private let output: OutputPipe

    private static let patience = Duration.seconds(30)
    /// The program takes leave of AWS when it is asked to end.
    private static let farewell = Duration.seconds(3)
    /// By which the program is told where to listen: `localhost` may be an address that psql is not told.
    /// Source: session-manager-plugin, `muxportforwarding.go`, read 2026-11.
    private static let host = "SSM_PLUGIN_LOCAL_HOST"

    private init(port: Int, child: ChildProcess, output: OutputPipe) {
        self.port = port
        self.child = child
        self.output = output
    }

    /// Returns once the port is open.
    ///
    /// - Throws: a report with what the program said, when it ends or says nothing of a port.
    static func open(_ start: ProgramStart) async throws -> Tunnel {
        guard let output = OutputPipe() else { throw Report("this process has no free descriptors") }
        var environment = start.environment
        environment[host] = "127.0.0.1"
        let child: ChildProcess
        do {
            child = try ChildProcess.spawn(
                ChildProcess.Request(
                    executable: start.path, arguments: start.arguments, environment: environment,
                    standardOutput: output.writeEnd, standardError: output.writeEnd))
        } catch {
            output.closeWriteEnd()
            output.closeReadEnd()
            throw error
        }
        output.closeWriteEnd()
        let said = await Task.detached { listen(to: output, child) }.value
        guard let port = opened(said) else {
            child.sendToGroup(SIGKILL)
            _ = await child.waitForExit()
            output.closeReadEnd()
            let words = said.printable.split(separator: " ").joined(separator: " ")
            throw Report(
                "\(SessionPlugin.name) opened no port" + (words.isEmpty ? "" : ": \(words)"),
                state: "nothing was connected",
                next: "its log is in /usr/local/sessionmanagerplugin/logs; the agent in the task needs a way to "
                    + "ssmmessages")
        }
        return Tunnel(port: port, child: child, output: output)
    }

    /// Returns when the program is gone, with what it has said since the port was open.
    func close() async -> String {
        child.send(SIGINT)
        let (child, limit) = (child, Self.farewell)
        let impatience = Task {
            try await Task.sleep(for: limit)
            child.sendToGroup(SIGKILL)
        }
        _ = await child.waitForExit()
        impatience.cancel()
        defer { output.closeReadEnd() }
        return String(decoding: Self.rest(of: output), as: UTF8.self).printable
    }

    private static func rest(of output: OutputPipe) -> [UInt8] {
        var (said, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
        while true {
            let count = read(output.readEnd, &buffer, buffer.count)
            guard count > 0 else { return said }
            said += buffer[..<count]
        }
    }

    /// `Port 41377 opened for sessionId anna-0123.`
    static func opened(_ said: String) -> Int? {
        said.firstMatch(of: /Port ([0-9]+) opened for sessionId/).flatMap { Int($0.1) }
    }

    /// What the program says until it names a port, ends, or has said nothing of one for too long.
    private static func listen(to output: OutputPipe, _ child: ChildProcess) -> String {
        let end = ContinuousClock.now + patience
        var said: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while ContinuousClock.now < end, opened(String(decoding: said, as: UTF8.self)) == nil {
            guard Descriptors.wait([(output.readEnd, .input)], milliseconds: 500)?.isEmpty == false else { continue }
            let count = read(output.readEnd, &buffer, buffer.count)
            if count > 0 { said += buffer[..<count] }
            if count == 0 { break }
        }
        return String(decoding: said, as: UTF8.self)
    }
}
