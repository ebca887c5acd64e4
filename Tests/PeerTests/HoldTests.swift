import PeerKit
import TestKit
import Testing

/// A number of tasks for a while, which Application Auto Scaling ends.
struct HoldTests {
    @Test func aHoldIsCarriedOutByAWSAndLeavesNothing() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            let empty = try await trial.world.dump()
            try await trial.terrace("up", "--yes")
            let plain = try await trial.world.dump()
            let held = try await trial.terrace("scale", "web", "--tasks", "3", "--hold", "1h")
            #expect(held.output.hasPrefix("web: 3 tasks, between 2 and 10, held until "), "\(held.output)")
            let during = try await trial.world.dump()
            #expect(during.contains("hold-guestbook-web") && during.contains("\"MaxCapacity\": 3"), "\(during)")
            let plan = try await trial.terrace("plan")
            #expect(plan.output.contains("No changes") && plan.output.contains("web is held at 3 until "), "\(plan)")
            #expect(try await trial.terrace("status").output.contains("steady, held until "))

            // A change of the bounds waits behind the hold and moves the number only as far as it must.
            try PeerManifest.write(Self.bounded(4, 8), into: trial.folder)
            try await trial.terrace("plan", expecting: 2)
            try await trial.terrace("up", "--yes")
            let moved = try await trial.terrace("plan")
            #expect(moved.output.contains("No changes") && moved.output.contains("web is held at 4 until "), "\(moved)")
            try PeerManifest.write(PeerManifest.plain, into: trial.folder)
            try await trial.terrace("up", "--yes")

            // One that has run may be listed for a while.
            try await trial.spoil("time")
            let after = try await trial.terrace("plan")
            #expect(after.output.contains("No changes") && !after.output.contains("is held"), "\(after)")
            let free = try await trial.terrace("scale", "web")
            #expect(free.output.contains("between 2 and 10; "), "\(free.output)")

            try await trial.terrace("scale", "web", "--reset")
            #expect(try await trial.world.dump() == plain)
            try await trial.terrace("scale", "web", "--hold", "1d")
            try await trial.terrace("destroy", "--yes", "--delete-data")
            #expect(try await trial.world.dump() == empty)
        }
    }

    /// What is said second fails: as if the program had ended between the two.
    @Test func aHoldThatIsHalfSaidChangesNothing() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            let plain = try await trial.world.dump()
            trial.world.proxy.refuse(["RegisterScalableTarget": PeerRefusal(403, "AccessDeniedException", "no")])
            let half = try await trial.run("scale", "web", "--tasks", "3", "--hold", "1h")
            #expect(half.exitCode == 1 && half.errors.contains("cannot hold the tasks of"), "\(half.errors)")
            trial.world.proxy.refuse([:])
            let plan = try await trial.terrace("plan")
            #expect(plan.output.contains("No changes") && !plan.output.contains("is held"), "\(plan.output)")
            #expect(try await trial.terrace("scale", "web").output.contains("between 2 and 10; "))

            // Of a reset what is left is an action that brings what is there.
            try await trial.terrace("scale", "web", "--tasks", "3", "--hold", "1h")
            trial.world.proxy.refuse(["DeleteScheduledAction": PeerRefusal(403, "AccessDeniedException", "no")])
            #expect(try await trial.run("scale", "web", "--reset").exitCode == 1)
            trial.world.proxy.refuse([:])
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            try await trial.terrace("scale", "web", "--reset")
            #expect(try await trial.world.dump() == plain)
        }
    }

    /// Whatever call it is killed after: a plan finds nothing to do, the same command holds, and a reset leaves nothing.
    @Test func aHoldThatIsKilledIsContinued() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            let plain = try await trial.world.dump()
            let words = ["scale", "web", "--tasks", "3", "--hold", "1h"]
            let command = [BuiltPrograms.terrace] + words + ["--on", "aws"]
            for number in 1...9 {
                let wasKilled = try await trial.world.runKilled(command, in: trial.folder, after: number)
                let plan = try await trial.run("plan")
                #expect(plan.output.contains("No changes"), "after \(number)\n\(plan)")
                let again = try await trial.run(words)
                #expect(
                    again.output.hasPrefix("web: 3 tasks, between 2 and 10, held until "), "after \(number)\n\(again)")
                try await trial.terrace("scale", "web", "--reset")
                #expect(try await trial.world.dump() == plain, "after \(number)")
                // Lease, action, bounds, number, lease.
                if !wasKilled { return #expect(number > 5) }
            }
            Issue.record("a hold makes more than 8 calls that change something")
        }
    }

    /// Who comes second is refused while the first one works, and comes after it otherwise.
    @Test func twoAtOnceDoNotMixUp() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            async let held = trial.run("scale", "web", "--tasks", "3", "--hold", "1h")
            async let bounded = trial.run("scale", "web", "--min", "4", "--max", "6")
            let both = try await [held, bounded]
            let refused = both.filter { $0.exitCode != 0 }
            #expect(refused.allSatisfy { $0.errors.contains("is being changed by somebody else") }, "\(both)")
            #expect(refused.count < 2)
            let shown = try await trial.terrace("scale", "web").output
            let wanted = [
                (both[0], "web: 3 tasks, between 2 and 10, held until "), (both[1], "between 4 and 6"),
            ].filter { $0.0.exitCode == 0 }.map(\.1)
            #expect(wanted.contains { shown.contains($0) }, "\(shown)")
            try await trial.terrace("scale", "web", "--reset")
            #expect(try await trial.terrace("scale", "web").output.hasPrefix("web: 2 tasks, between 2 and 10; "))
        }
    }

    private static func bounded(_ least: Int, _ most: Int) -> String {
        PeerManifest.plain.replacing(
            "    health: /health", with: "    health: /health\n    tasks: { min: \(least), max: \(most) }")
    }
}
