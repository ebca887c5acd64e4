import Foundation
import PeerKit
import TestKit
import Testing

/// Kills a provisioner right after a mutating call of it took effect and before the answer reached it, runs it again, and compares
/// the world with that of an undisturbed run.
struct CrashHarness {
    /// The program, once.
    struct Run: Sendable {
        var name: String
        var command: [String]
        /// What the folder has from then on; nil for a program that reads none.
        var manifest: String?
    }

    /// One after the other; each is killed in a world in which those before it were not.
    var runs: [Run]

    /// What undisturbed runs do, and what they leave.
    struct Baseline {
        var worlds: [String]
        /// Mutating calls of each.
        var calls: [Int]
    }

    /// A call, however many others were made before it.
    struct Mark: Sendable {
        var operation: String
        /// What stands in it; empty for whatever it says.
        var subject: String

        func isMet(by call: PeerCall) -> Bool {
            call.operation == operation && (subject.isEmpty || call.subject.contains(subject))
        }
    }

    /// One kill.
    struct Point: Sendable, CustomStringConvertible {
        enum Moment: Sendable {
            case number(Int)
            case mark(Mark)
        }

        /// The index of the run.
        var run: Int
        var name: String
        var moment: Moment

        var description: String {
            switch moment {
            case .number(let number): "\(name), killed after call \(number)"
            case .mark(let mark): "\(name), killed after \(mark.operation) of \(mark.subject)"
            }
        }

        func isReached(_ number: Int, _ call: PeerCall) -> Bool {
            switch moment {
            case .number(let wanted): number == wanted
            case .mark(let mark): mark.isMet(by: call)
            }
        }
    }

    func baseline() async throws -> Baseline {
        try await inWorld { world, folder in
            var baseline = Baseline(worlds: [], calls: [])
            for run in runs {
                world.proxy.restart()
                try await succeed(run, world, folder)
                baseline.calls.append(world.effects)
                // What a run keeps on purpose is part of it.
                baseline.worlds.append(try await world.dump())
            }
            return baseline
        }
    }

    /// Every point of some runs, or `count` of them drawn by `seed`, as many of each run.
    func points(_ baseline: Baseline, of chosen: [Int]? = nil, count: Int? = nil, seed: UInt64 = 1) -> [Point] {
        let all = (chosen ?? Array(runs.indices)).map { run in
            (1...max(1, baseline.calls[run])).map { Point(run: run, name: runs[run].name, moment: .number($0)) }
        }
        guard let count else { return all.flatMap { $0 } }
        var generator = SeededGenerator(seed: seed)
        return all.flatMap { points in points.shuffled(using: &generator).prefix(count / all.count) }
    }

    /// The points of these calls.
    func points(of run: Int, at marks: [Mark]) -> [Point] {
        marks.map { Point(run: run, name: runs[run].name, moment: .mark($0)) }
    }

    /// nil when the program recovered; otherwise what was wrong.
    func failure(at point: Point, _ baseline: Baseline) async throws -> String? {
        try await inWorld { world, folder in
            for run in runs[..<point.run] { try await succeed(run, world, folder) }
            let run = runs[point.run]
            try write(run, into: folder)
            let wasKilled = try await world.runKilled(run.command, in: folder, at: point.isReached)
            if case .mark = point.moment, !wasKilled { return "\(point): there was no such call" }
            let again = try await world.run(run.command, in: folder)
            guard again.exitCode == 0 else {
                return "\(point): the second run ended with \(again.exitCode)\n\(again.output)\(again.errors)"
            }
            let (found, wanted) = (try await world.dump(), baseline.worlds[point.run])
            return found == wanted ? nil : "\(point): the world differs\n\(Self.difference(wanted, found))"
        }
    }

    /// The failures at `points`, several worlds at once.
    func failures(at points: [Point], _ baseline: Baseline, atOnce: Int = 3) async throws -> [String] {
        try await withThrowingTaskGroup(of: String?.self) { group in
            var (rest, found, done) = (points[...], [String](), 0)
            func next() {
                guard let point = rest.popFirst() else { return }
                group.addTask { try await failure(at: point, baseline) }
            }
            for _ in 0..<atOnce { next() }
            while let failure = try await group.next() {
                done += 1
                if let failure {
                    found.append(failure)
                    print(failure)
                }
                if done.isMultiple(of: 20) {
                    print("killed at \(done) of \(points.count), \(found.count) not recovered")
                }
                next()
            }
            return found
        }
    }

    private func inWorld<Value>(_ body: (PeerWorld, URL) async throws -> Value) async throws -> Value {
        try await withTemporaryFolder { folder in try await PeerWorld.with { try await body($0, folder) } }
    }

    private func write(_ run: Run, into folder: URL) throws {
        if let manifest = run.manifest { try PeerManifest.write(manifest, into: folder) }
    }

    private func succeed(_ run: Run, _ world: PeerWorld, _ folder: URL) async throws {
        try write(run, into: folder)
        let result = try await world.run(run.command, in: folder)
        guard result.exitCode == 0 else {
            let said = [result.output, result.errors, world.moto.complaints].joined(separator: "\n")
            throw PeerFailure("\(run.name) ended with \(result.exitCode)\n\(said)")
        }
    }

    /// Lines that only one of both has.
    static func difference(_ wanted: String, _ found: String) -> String {
        let changes = found.split(separator: "\n").difference(from: wanted.split(separator: "\n"))
        return changes.prefix(60).map { change in
            switch change {
            case .remove(_, let line, _): "- \(line)"
            case .insert(_, let line, _): "+ \(line)"
            }
        }.joined(separator: "\n")
    }
}

extension PeerWorld {
    /// Mutating calls that took effect since the last restart of the record.
    var effects: Int { proxy.calls.count { $0.isMutating && $0.tookEffect } }
}
