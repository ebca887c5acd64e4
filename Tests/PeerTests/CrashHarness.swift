import Foundation
import PeerKit
import TestKit
import Testing

/// Kills a provisioner right after its k-th mutating call took effect and before the answer reached it, runs it again, and
/// compares the world with that of an undisturbed run.
struct CrashHarness {
    /// Both are run in `folder`.
    var up: [String]
    var destroy: [String]
    var folder: URL?

    /// What undisturbed runs do.
    struct Baseline {
        var world: String
        var empty: String
        var mutationsOfUp: Int
        var mutationsOfDestroy: Int
    }

    enum Verb: String, CaseIterable { case up, destroy }

    /// One kill.
    struct Point: CustomStringConvertible {
        var verb: Verb
        var number: Int
        var description: String { "\(verb), killed after call \(number)" }
    }

    func baseline() async throws -> Baseline {
        try await PeerWorld.with { world in
            let empty = try await world.dump()
            world.proxy.restart()
            try await succeed(up, world)
            let mutationsOfUp = world.effects
            let full = try await world.dump()
            world.proxy.restart()
            try await succeed(destroy, world)
            let mutationsOfDestroy = world.effects
            // What a run keeps on purpose is the difference between `empty` and this.
            let left = try await world.dump()
            return Baseline(
                world: full, empty: left == empty ? empty : left, mutationsOfUp: mutationsOfUp,
                mutationsOfDestroy: mutationsOfDestroy)
        }
    }

    /// Every point, or `count` of them drawn by `seed`, as many of each verb.
    func points(_ baseline: Baseline, count: Int? = nil, seed: UInt64 = 1) -> [Point] {
        let all = { (verb: Verb, calls: Int) in (1...max(1, calls)).map { Point(verb: verb, number: $0) } }
        let (ups, destroys) = (all(.up, baseline.mutationsOfUp), all(.destroy, baseline.mutationsOfDestroy))
        guard let count else { return ups + destroys }
        var generator = SeededGenerator(seed: seed)
        let drawn = [ups, destroys].flatMap { points in
            points.shuffled(using: &generator).prefix(count / 2)
        }
        return drawn
    }

    /// nil when the program recovered; otherwise what was wrong.
    func failure(at point: Point, _ baseline: Baseline) async throws -> String? {
        try await PeerWorld.with { world in
            if point.verb == .destroy { try await succeed(up, world) }
            let command = point.verb == .up ? up : destroy
            _ = try await world.runKilled(command, in: folder, after: point.number)
            let again = try await world.run(command, in: folder)
            guard again.exitCode == 0 else {
                return "\(point): the second run ended with \(again.exitCode)\n\(again.output)\(again.errors)"
            }
            let (found, wanted) = (try await world.dump(), point.verb == .up ? baseline.world : baseline.empty)
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

    private func succeed(_ command: [String], _ world: PeerWorld) async throws {
        let result = try await world.run(command, in: folder)
        guard result.exitCode == 0 else {
            let said = [result.output, result.errors, world.moto.complaints].joined(separator: "\n")
            throw PeerFailure("\(command.joined(separator: " ")) ended with \(result.exitCode)\n\(said)")
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
