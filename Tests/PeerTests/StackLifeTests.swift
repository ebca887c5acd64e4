import Foundation
import PeerKit
import TestKit
import Testing

/// The built program against an AWS account, from nothing to nothing.
struct StackLifeTests {
    @Test func aStackIsMadeOnceAndLeavesNothing() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            let empty = try await trial.world.dump()
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(plan.output.contains("76 to create."))
            #expect(trial.changes == 0, "a plan only reads")

            trial.world.proxy.restart()
            try await trial.terrace("up", "--yes")
            trial.expectCalls(most: 215, "up from nothing")
            try await trial.expectFacts()
            #expect(try await trial.terrace("plan").output.contains("No changes: 76 stay as they are."))
            trial.world.proxy.restart()
            let again = try await trial.terrace("up", "--yes")
            #expect(again.output.contains("nothing was changed"))
            let figures = CallFigures(trial.world.proxy.calls)
            print(
                "with nothing to change: \(figures.calls) calls, \(figures.depth) deep, \(figures.mostAtOnce) at once")
            // How deep depends on how busy the machine is; the benchmark tells. How many does not.
            #expect(figures.calls <= 90)
            #expect(trial.changes == 0, "\(trial.world.proxy.calls.filter(\.isMutating).map(\.operation))")

            let status = try await trial.terrace("status")
            #expect(status.output.contains("guestbook  ready  on aws"))
            trial.world.proxy.restart()
            let end = try await trial.terrace("destroy", "--yes", "--delete-data")
            trial.expectCalls(most: 190, "destroy")
            #expect(end.output.contains("76 resources deleted, nothing is left"))
            #expect(try await trial.world.dump() == empty)
            #expect(try await trial.terrace("status").output.contains("absent"))
        }
    }

    /// With what only the user can give: a zone, a secret, an image.
    @Test func aRichStackIsContinuedUntilEverythingIsGiven() async throws {
        try await Trial.with(PeerManifest.rich, region: "eu-central-1") { trial in
            try await trial.give("zone", "example.com")
            let empty = try await trial.world.dump()
            let withoutSecret = try await trial.terrace("up", "--yes", expecting: 1)
            #expect(withoutSecret.errors.contains("cannot start without the secret SESSION_KEY"))
            try await trial.give("secret", "terrace/shop/SESSION_KEY")
            let withoutImage = try await trial.terrace("up", "--yes", expecting: 1)
            #expect(withoutImage.errors.contains("no image of web was pushed"))
            #expect(!withoutImage.errors.contains("SESSION_KEY"))
            try await trial.give("image", "terrace/shop-web")
            let done = try await trial.terrace("up", "--yes")
            #expect(done.output.contains("https://shop.example.com"))
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            try await trial.terrace("destroy", "--yes", "--delete-data")
            #expect(try await trial.world.dump() == empty)
        }
    }

    @Test func whatUsersStoredIsKeptAndIsNoFailure() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            try await trial.give("object", "guestbook-logs-us-east-1-123456789012")
            let end = try await trial.terrace("destroy", "--yes")
            #expect(end.output.contains("kept: it holds objects"))
            #expect(end.output.contains("cluster snapshot  arn:aws:rds:"))
            let left = try await trial.world.dump()
            #expect(left.contains("guestbook-logs-us-east-1-123456789012") && left.contains("guestbook-final-"))
            // What stayed is found again, and a new stack is built around it.
            try await trial.terrace("up", "--yes")
            #expect(try await trial.terrace("plan").output.contains("No changes"))
        }
    }

    @Test func theDatabaseIsBackedUpAndMoved() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            let early = try await trial.terrace("db", "backup", expecting: 1)
            #expect(early.errors.contains("does not exist yet"), "\(early)")
            try await trial.terrace("up", "--yes")
            let backup = try await trial.terrace("db", "backup")
            #expect(backup.output.contains("kept until you delete it"), "\(backup)")
            // How far back the window reaches, and how near, goes on with the time.
            let (listed, made) = (try await trial.terrace("db", "backup", "--list").output, backup.output)
            #expect(listed.split(separator: "\n").first == made.split(separator: "\n").first, "\(listed)")
            let moved = try await trial.terrace("db", "failover", "--yes")
            #expect(moved.output.contains(" is the writer; nobody could write for "), "\(moved)")
            let back = try await trial.terrace("db", "failover", "--yes")
            #expect(back.output.prefix { $0 != " " } != moved.output.prefix { $0 != " " }, "\(back)")
            #expect(try await trial.terrace("plan").output.contains("No changes"))
            let end = try await trial.terrace("destroy", "--yes", "--delete-data")
            #expect(end.output.contains("kept until you delete it"), "\(end)")
        }
    }

    @Test func theDatabaseIsToldWithItsPasswordOnlyWhenAskedFor() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            let early = try await trial.terrace("db", "endpoint", expecting: 1)
            #expect(early.errors.contains("does not exist yet"))
            try await trial.terrace("up", "--yes")
            #expect(try await trial.terrace("db", "endpoint", "--writer").output.contains(".rds.amazonaws.com:5432"))
            let hidden = try await trial.terrace("db", "credentials")
            #expect(hidden.output.contains("PGUSER=guestbook\n") && hidden.output.contains("PGPASSWORD=•••\n"))
            let shown = try await trial.terrace("db", "credentials", "--show-password")
            #expect(shown.output.contains(/PGPASSWORD=[A-Za-z0-9]{32}\n/))
        }
    }
}
