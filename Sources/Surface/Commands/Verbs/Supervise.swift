import ArgumentParser
import Foundation
import LocalTarget
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The process behind `up --detach`.
struct Supervise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a detached stack; `terrace up --detach` starts it.",
        discussion: """
            Example:
              terrace supervise /srv/guestbook/terrace.yaml
            """,
        shouldDisplay: false)

    @OptionGroup var manifest: ManifestArgument

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let surroundings = Surroundings.current
        let place = try manifest.localPlace()
        let starter = StarterPipe()
        let log = SupervisorLogWriter(path: place.stackFolder.supervisorLogPath)
        do {
            let (stack, sources) = try place.checked()
            let run = SupervisedRun(place: place, stack: stack, sources: sources, signals: StopSignals())
            let wasReady = try await run.run(
                SupervisedRun.Observer(
                    event: { event in
                        log.write(surroundings.eventLine(event, style: .plain))
                        starter.send(.event(event))
                    },
                    launched: { _ in },
                    ready: { supervisor in
                        starter.send(.status(await supervisor.status()))
                        starter.close()
                    },
                    abandoned: { log.write("stopped at once") }))
            log.write("stopped")
            if !wasReady { throw ExitCode(130) }
        } catch let code as ExitCode {
            throw code
        } catch is SupervisedRun.AlreadyRunning {
            throw ExitCode(Int32(SupervisedRun.AlreadyRunning.exitCode))
        } catch {
            starter.send(.failed(FailureReport.of(error)))
            throw error
        }
    }
}

/// The way back to the process that started this one, until everything is ready. That process may be gone: then nobody
/// reads, and nothing is lost.
final class StarterPipe: Sendable {
    private let isOpen = Mutex(true)

    func send(_ answer: ControlAnswer) {
        isOpen.withLock { isOpen in
            guard isOpen, var line = try? JSONEncoder().encode(answer) else { return }
            line.append(UInt8(ascii: "\n"))
            isOpen = (try? FileHandle.standardOutput.write(contentsOf: line)) != nil
        }
    }

    /// The descriptor stays taken, so that no other file becomes standard output.
    func close() {
        isOpen.withLock { isOpen in
            isOpen = false
            let nothing = open("/dev/null", O_WRONLY | O_CLOEXEC)
            dup2(nothing, STDOUT_FILENO)
            #if canImport(Glibc)
                _ = Glibc.close(nothing)
            #else
                _ = Darwin.close(nothing)
            #endif
        }
    }
}
