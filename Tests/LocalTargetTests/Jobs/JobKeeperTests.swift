import Foundation
import Stacks
import Synchronization
import TestKit
import Testing

@testable import LocalTarget

@Suite struct JobKeeperTests {
    /// A clock that the test sets, and jobs that end when it says so.
    fileprivate final class Stage: Sendable {
        struct State {
            var now = Date(timeIntervalSince1970: 1_795_953_600)
            var said: [String] = []
            var started: [String] = []
            var ends: [CheckedContinuation<TaskEnd, any Error>] = []
        }
        let state = Mutex(State())

        var said: [String] { state.withLock { $0.said } }
        var started: [String] { state.withLock { $0.started } }

        func keeper(_ folder: URL) -> JobKeeper {
            JobKeeper(
                file: folder.appending(path: "jobs.json").path(percentEncoded: false),
                now: { self.state.withLock { $0.now } },
                carry: { job, each in
                    each(LogLine(time: Date(), task: job.name, stream: .out, text: "tidied"))
                    return try await withCheckedThrowingContinuation { end in
                        self.state.withLock { state in
                            state.started.append(job.name)
                            state.ends.append(end)
                        }
                    }
                }, say: { subject, message, _ in self.state.withLock { $0.said.append("\(subject): \(message)") } })
        }

        func pass(_ seconds: Double) { state.withLock { $0.now += seconds } }

        func end(_ how: Result<TaskEnd, any Error>) {
            state.withLock { $0.ends.removeFirst() }.resume(with: how)
        }

        /// Until so many runs have begun.
        func haveBegun(_ count: Int) async -> Bool { await eventually { self.started.count >= count } }
    }

    private func run(of keeper: JobKeeper) async -> JobRun? { await keeper.status().first?.last }

    /// A keeper with one job, which starts every ten minutes, in a folder of its own.
    private func withKeeper(_ body: (Stage, JobKeeper, URL) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let stage = Stage()
            try await body(stage, await stage.keeper(folder, adopting: [try job("*/10 * * * *")]), folder)
        }
    }

    @Test(arguments: ["", "{", "[1, 2]", "{\"tidy\": {\"startedAt\": \"yesterday\"}}"])
    func recordThatCannotBeReadIsSetAsideAndSaid(content: String) async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "jobs.json")
            try Data(content.utf8).write(to: file)
            let stage = Stage()
            let keeper = stage.keeper(folder)
            let path = file.path(percentEncoded: false)
            let kept = "\(path).unreadable-1795953600"
            let note = await keeper.note
            #expect(
                note
                    == "cannot read \(path): it is not what Terrace writes; how jobs ended before is not known. "
                    + "The file is kept as \(kept)")
            #expect(stage.said == ["jobs: \(note ?? "")"])
            #expect(try String(contentsOfFile: kept, encoding: .utf8) == content)
            await keeper.adopt([try job("*/10 * * * *")])
            stage.pass(600)
            await keeper.look()
            #expect(await stage.haveBegun(1))
            stage.end(.success(TaskEnd(.code(0))))
            #expect(await eventually { await run(of: keeper)?.result == .succeeded })
            // The new file is a good one, and nobody complains any more.
            #expect(await stage.keeper(folder).note == nil)
            #expect(try String(contentsOfFile: kept, encoding: .utf8) == content)
        }
    }

    @Test func recordThatIsNoFileIsSetAsideWithTheSystemsReason() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "jobs.json")
            try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
            let note = await Stage().keeper(folder).note
            #expect(note?.contains("Is a directory") == true)
            #expect(!FileManager.default.fileExists(atPath: file.path(percentEncoded: false)))
        }
    }

    @Test func noRecordIsNoLoss() async throws {
        try await withTemporaryFolder { folder in
            let stage = Stage()
            #expect(await stage.keeper(folder).note == nil && stage.said.isEmpty)
        }
    }

    @Test func aRunAtItsTimeIsKeptWithItsExitCode() async throws {
        try await withKeeper { stage, keeper, folder async throws in
            #expect(await keeper.status().first?.next == Date(timeIntervalSince1970: 1_795_954_200))
            await keeper.look()
            #expect(stage.started.isEmpty)
            stage.pass(600)
            await keeper.look()
            #expect(await stage.haveBegun(1))
            #expect(await run(of: keeper)?.result == nil)
            stage.pass(5)
            stage.end(.success(TaskEnd(.code(3))))
            #expect(await eventually { await run(of: keeper)?.result == .failed })
            let kept = try #require(await run(of: stage.keeper(folder, adopting: [try job("*/10 * * * *")])))
            #expect(kept.exitCode == 3 && kept.cause == .schedule)
            #expect(kept.endedAt.map { $0.timeIntervalSince(kept.startedAt) } == 5)
            #expect(stage.said == ["job report: ended with exit code 3"])
        }
    }

    /// What its alarm looks at; whoever starts one by hand looks on.
    @Test func onlyRunsOfTheScheduleThatDoNotSucceedAreCounted() async throws {
        try await withKeeper { stage, keeper, _ async throws in
            #expect(await keeper.failedRuns() == ["report": 0])
            async let byHand = keeper.run("report") { _ in }
            #expect(await stage.haveBegun(1))
            stage.end(.success(TaskEnd(.code(3))))
            #expect(try await byHand.result == .failed)
            #expect(await keeper.failedRuns() == ["report": 0])
            let ends: [(end: Result<TaskEnd, any Error>, failures: Int)] = [
                (.success(TaskEnd(.code(0))), 0), (.success(TaskEnd(.code(3))), 1),
                (.success(TaskEnd(.signal(15), hasTimedOut: true)), 2), (.failure(Report("no memory")), 3),
            ]
            for (number, row) in ends.enumerated() {
                stage.pass(600)
                await keeper.look()
                #expect(await stage.haveBegun(number + 2))
                stage.end(row.end)
                await keeper.finished()
                #expect(await keeper.failedRuns() == ["report": row.failures])
            }
        }
    }

    @Test func aStartIsSkippedWhileOneGoesOnWhoeverBeganIt() async throws {
        try await withKeeper { stage, keeper, _ async throws in
            let lines = Mutex<[String]>([])
            async let byHand = keeper.run("report") { line in lines.withLock { $0.append(line.text) } }
            #expect(await stage.haveBegun(1))
            stage.pass(600)
            await keeper.look()
            #expect(stage.said == ["job report: skipped: the run before still goes on"])
            await #expect(throws: Report.self) { _ = try await keeper.run("report") { _ in } }
            stage.end(.success(TaskEnd(.signal(15), hasTimedOut: true)))
            let run = try await byHand
            #expect(run.result == .timedOut && run.signal == 15 && run.cause == .hand)
            #expect(lines.withLock { $0 } == ["tidied"])
            #expect(stage.started.count == 1)
        }
    }

    @Test func jobThatWasKilledForItsMemorySaysSo() async throws {
        try await withKeeper { stage, keeper, _ async throws in
            async let run = keeper.run("report") { _ in }
            #expect(await stage.haveBegun(1))
            stage.end(.success(TaskEnd(.signal(9), overrun: "was killed for using more than its 512 MiB")))
            let ended = try await run
            #expect(ended.result == .failed && ended.signal == 9)
            #expect(ended.reason == "was killed for using more than its 512 MiB")
            #expect(stage.said == ["job report: was killed for using more than its 512 MiB"])
        }
    }

    @Test func whatCouldNotBeStartedSaysWhy() async throws {
        try await withKeeper { stage, keeper, _ async throws in
            async let run = keeper.run("report") { _ in }
            #expect(await stage.haveBegun(1))
            stage.end(.failure(Report("nothing of web runs")))
            let ended = try await run
            #expect(ended.result == .notStarted && ended.reason == "nothing of web runs")
            await #expect(throws: Report.self) { _ = try await keeper.run("repart") { _ in } }
        }
    }

    @Test func aRunThatTheSupervisorsDeathEndedIsInterrupted() async throws {
        try await withKeeper { stage, keeper, folder async throws in
            async let run = keeper.run("report") { _ in }
            #expect(await stage.haveBegun(1))
            let next = await self.run(of: stage.keeper(folder, adopting: [try job("*/10 * * * *")]))
            #expect(next?.result == .interrupted && next?.endedAt == nil)
            stage.end(.success(TaskEnd(.code(0))))
            #expect(try await run.result == .succeeded)
        }
    }

    @Test func nothingStartsAndTheLastRunIsWaitedForWhileItStops() async throws {
        try await withKeeper { stage, keeper, _ async throws in
            async let run = keeper.run("report") { _ in }
            #expect(await stage.haveBegun(1))
            await keeper.stopStarting()
            stage.pass(600)
            #expect(await keeper.look() == nil)
            async let finished: Void = keeper.finished()
            stage.end(.success(TaskEnd(.signal(15))))
            await finished
            #expect(await self.run(of: keeper)?.signal == 15)
            #expect(try await run.result == .failed)
        }
    }

    @Test func aChangedScheduleIsReckonedAnewAndARemovedJobIsGone() async throws {
        try await withKeeper { stage, keeper, _ async throws in
            await keeper.adopt([try job("0 13 * * *")])
            #expect(await keeper.status().first?.next == Date(timeIntervalSince1970: 1_795_957_200))
            await keeper.adopt([try job("0 13 * * *", timezone: "Europe/Berlin")])
            #expect(await keeper.status().first?.next == Date(timeIntervalSince1970: 1_795_953_600 + 86_400))
            await keeper.adopt([])
            stage.pass(7200)
            await keeper.look()
            #expect(await keeper.status().isEmpty)
            #expect(stage.started.isEmpty)
        }
    }
}

extension JobKeeperTests.Stage {
    /// Another supervisor's, on the same folder.
    fileprivate func keeper(_ folder: URL, adopting jobs: [ScheduledJob]) async -> JobKeeper {
        let keeper = keeper(folder)
        await keeper.adopt(jobs)
        return keeper
    }
}
