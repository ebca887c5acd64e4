import Foundation
import Stacks
import TestKit
import Testing

@testable import LocalTarget

private func content(_ note: String) -> Release.Content {
    Release.Content(
        command: StoredCommand(.words(["./shop"])), release: nil, environment: ["NOTE": note], secrets: [], files: [])
}

private let day = Date(timeIntervalSince1970: 1_795_442_400)

@Suite struct ReleaseHistoryTests {
    /// Three releases, all of which have served.
    private func served() -> ReleaseHistory {
        var history = ReleaseHistory()
        for note in ["one", "two", "three"] { history.serves(history.release(of: content(note), at: day).number) }
        return history
    }

    @Test func sameContentIsTheSameRelease() {
        var history = ReleaseHistory()
        #expect(history.release(of: content("one"), at: day).number == 1)
        #expect(history.release(of: content("two"), at: day).number == 2)
        #expect(history.release(of: content("one"), at: day).number == 1)
        #expect(history.asked == 1)
    }

    @Test func rollingBackTwiceGoesFurtherBack() {
        var history = served()
        #expect(history.previous?.number == 2)
        history.serves(2)
        #expect(history.previous?.number == 1)
        history.serves(1)
        #expect(history.previous == nil)
    }

    @Test func releaseThatFailedIsNoWayBack() {
        var history = served()
        history.failed(2, "crashed")
        #expect(history.previous?.number == 1)
    }

    @Test func whatFailedBesideAServingReleaseDoesNotComeBackByItself() {
        var history = served()
        let bad = history.release(of: content("four"), at: day)
        #expect(history.standIn(for: bad) == nil)
        history.failed(4, "crashed")
        #expect(history[4].flatMap { history.standIn(for: $0) }?.number == 3)
        history.begin(4)
        #expect(history[4].flatMap { history.standIn(for: $0) } == nil)
    }

    @Test func rollbackHoldsUntilSomethingElseIsAskedFor() {
        var history = served()
        history.hold(.init(back: 3, with: 1))
        #expect(history.standIn(for: history.release(of: content("three"), at: day))?.number == 1)
        #expect(history.standIn(for: history.release(of: content("new"), at: day)) == nil)
    }

    @Test func aDrillsReleaseIsAskedForByNobodyPushesNoneOutAndGoes() throws {
        var history = ReleaseHistory()
        for note in 1...ReleaseHistory.limit { history.serves(history.release(of: content("\(note)"), at: day).number) }
        let before = history
        let broken = history.beginDrill(content("broken"), at: day)
        history.failed(broken.number, "ended at once")
        #expect(history.drill == 11 && history.releases.count == 11)
        #expect(history.asked == before.asked && history.previous == before.previous)
        let kept = try JSONDecoder().decode(ReleaseHistory.self, from: try JSONEncoder().encode(history))
        #expect(kept == history)
        history.endDrill()
        #expect(history.releases == before.releases && history.running == before.running && history.drill == nil)
        #expect(history.release(of: content("next"), at: day).number == 12)
    }

    @Test func tenAreKeptTheRunningOneAmongThem() {
        var history = ReleaseHistory()
        history.serves(history.release(of: content("first"), at: day).number)
        for note in 0..<40 { _ = history.release(of: content("\(note)"), at: day) }
        #expect(history.releases.count == ReleaseHistory.limit)
        #expect(history[1] != nil && history[41] != nil && history[2] == nil)
    }
}

@Suite struct ReleaseStoreTests {
    private func write(_ text: String, _ name: String, in folder: URL) throws {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try? FileManager.default.removeItem(at: file)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: file.path(percentEncoded: false))
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func overwrittenProgramIsStartedFromItsCopyWithItsNeighboursBesideIt() async throws {
        try await withTemporaryFolder { folder in
            try write("old", "bin/shop", in: folder)
            let store = ReleaseStore(folder: folder.appending(path: ".terrace/releases"))
            let command = Command.words(["bin/shop", "serve"])
            let old = try store.files(of: [command], folder: folder, path: "/bin")
            try store.keep(old)
            let file = try #require(old.first)
            #expect(try store.place(of: file) == folder.appending(path: "bin/shop").path(percentEncoded: false))
            // As `cp` does: into the file that is there, at the same second.
            try write("new", "bin/shop", in: folder)
            try write("words", "bin/shop.txt", in: folder)
            let new = try store.files(of: [command], folder: folder, path: "/bin")
            #expect(new.map(\.digest) != old.map(\.digest))
            let place = try store.place(of: file)
            #expect(try text(place) == "old")
            #expect(FileManager.default.isExecutableFile(atPath: place))
            #expect(try text(place + ".txt") == "words")
            // Another supervisor, later.
            #expect(
                try text(ReleaseStore(folder: folder.appending(path: ".terrace/releases")).place(of: file)) == "old")
        }
    }

    @Test func copyThatHasNoRoomIsRefusedBeforeAByteIsWritten() async throws {
        try await withTemporaryFolder { folder in
            try write(String(repeating: "x", count: 2_500_000), "shop", in: folder)
            let releases = folder.appending(path: "releases")
            let free = 18_000_000
            let store = ReleaseStore(folder: releases) { _ in free }
            let service = Service(name: "web", command: .words(["./shop"]))
            #expect {
                try store.release(of: service, folder: folder, path: "/bin", deploying: true)
            } throws: { error in
                guard let failure = error as? TaskFailure else { return false }
                return failure.message.hasSuffix(
                    "the copy needs 2.5 MB and 16.8 MB must stay free, but "
                        + "\(releases.path(percentEncoded: false)) has 18.0 MB")
                    && failure.next == "make room on that disk, then run the same command"
            }
            let files = releases.appending(path: "files").path(percentEncoded: false)
            #expect(try FileManager.default.contentsOfDirectory(atPath: files) == [])
            // Nor is there a release that could not be started.
            #expect(try store.history(of: "web").releases == [])
            let roomy = ReleaseStore(folder: releases) { _ in 20_000_000 }
            #expect(try roomy.release(of: service, folder: folder, path: "/bin", deploying: true).number == 1)
            // What is kept already needs no room.
            #expect(try store.release(of: service, folder: folder, path: "/bin", deploying: true).number == 1)
        }
    }

    @Test func copyThatFailsIsRemoved() async throws {
        try await withTemporaryFolder { folder in
            try write("new", "shop", in: folder)
            let store = ReleaseStore(folder: folder.appending(path: "releases"))
            let path = folder.appending(path: "shop").path(percentEncoded: false)
            // Its content became another one while it was copied.
            let file = ReleaseFile(word: "./shop", path: path, digest: "0123")
            #expect(throws: TaskFailure.self) { try store.keep([file]) }
            let gone = ReleaseFile(word: "./gone", path: path + "-gone", digest: "4567")
            #expect(throws: TaskFailure.self) { try store.keep([gone]) }
            let files = folder.appending(path: "releases/files").path(percentEncoded: false)
            #expect(try FileManager.default.contentsOfDirectory(atPath: files) == [])
        }
    }

    @Test func whatNoReleaseNeedsIsRemoved() async throws {
        try await withTemporaryFolder { folder in
            let store = ReleaseStore(folder: folder.appending(path: "releases"))
            for note in 0..<14 {
                try write("build \(note)", "shop", in: folder)
                _ = try store.release(
                    of: Service(name: "web", command: .words(["./shop"])), folder: folder, path: "/bin", deploying: true
                )
            }
            store.removeUnneeded()
            let kept = try FileManager.default.contentsOfDirectory(
                atPath: folder.appending(path: "releases/files").path(percentEncoded: false))
            #expect(kept.count == ReleaseHistory.limit)
        }
    }

    @Test func historyOutlivesTheSupervisorAndDamageIsSaid() async throws {
        try await withTemporaryFolder { folder in
            try ReleaseStore(folder: folder).change("web") { $0.serves($0.release(of: content("one"), at: day).number) }
            #expect(try ReleaseStore(folder: folder).history(of: "web").running == 1)
            try write("{", "web.json", in: folder)
            #expect(throws: TaskFailure.self) { try ReleaseStore(folder: folder).history(of: "web") }
        }
    }

    /// The words of a command that name files which have versions.
    @Test(arguments: [
        (Command.words(["./shop", "data.db"]), ["./shop"]), (.shell("./shop --port 1"), ["./shop"]),
        (.words(["sh", "run.sh", "data.db"]), ["run.sh"]), (.words(["sh", "-e", "run.sh"]), ["run.sh"]),
        (.words(["cat", "data.db"]), []), (.words(["sh", "absent.sh"]), []), (.words(["shop"]), ["shop"]),
        (.shell(""), []),
    ])
    func filesAreThoseThatTheCommandRuns(_ command: Command, _ wanted: [String]) async throws {
        try await withTemporaryFolder { folder in
            for name in ["shop", "run.sh", "data.db"] { try write("text", name, in: folder) }
            #expect(CommandFiles.of(command, folder: folder, path: "/usr/bin:/bin").map(\.word) == wanted)
        }
    }

    @Test func otherPlacesStandInTheCommandAsItWasWritten() {
        let places = ["./shop": "/kept/shop", "run.sh": "/kept here/run.sh"]
        #expect(
            CommandFiles.replacing(places, in: .words(["./shop", "./shop2", "./shop"]))
                == .words(["/kept/shop", "./shop2", "/kept/shop"]))
        #expect(
            CommandFiles.replacing(places, in: .shell("sh  run.sh 'a  b' && ./shop"))
                == .shell("sh  '/kept here/run.sh' 'a  b' && /kept/shop"))
    }
}
