import Foundation
import Provisioning
import Stacks
import TestKit
import Testing

@testable import Images

/// Archives of other programs' make, and such as nobody should have made.
struct TarTests {
    private static let names = [
        "short", "folder/file", "blobs/sha256/" + String(repeating: "a", count: 64),
        // Beyond a header's 100 bytes, and beyond its prefix, too.
        (0..<12).map { "part-\($0)" }.joined(separator: "/") + "/" + String(repeating: "b", count: 60),
        (0..<40).map { "longer-part-\($0)" }.joined(separator: "/") + "/file", "größe",
    ]

    @Test(arguments: ["gnu", "pax", "ustar", "oldgnu"])
    func tarsOfEveryFormAreRead(form: String) async throws {
        try await withTemporaryFolder { folder in
            let names = form == "ustar" ? Self.names.filter { $0.utf8.count < 200 } : Self.names
            let source = folder.appending(path: "source")
            for (index, name) in names.enumerated() {
                let file = source.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(repeating: UInt8(index), count: index * 500 + 1).write(to: file)
            }
            let path = folder.appending(path: "x.tar").path(percentEncoded: false)
            let script =
                "cd \"$1\" && ln -s folder/file soft && ln folder/file hard && tar --format=\(form) -cf \"$2\" ."
            let made = try await runTool(["sh", "-c", script, "sh", source.path(percentEncoded: false), path])
            try #require(made.exitCode == 0, "\(made.errors)")
            let archive = try TarArchive(path, named: "x.tar")
            for (index, name) in names.enumerated() {
                let slice = try #require(archive.slice(name), "\(name)")
                #expect(try SliceReader.bytes(slice) == .init(repeating: UInt8(index), count: index * 500 + 1))
            }
            for name in ["soft", "hard", "./folder/file"] {
                #expect(archive.slice(name) == archive.slice("folder/file"))
            }
            #expect(archive.slice("folder") == nil && archive.slice("nothing") == nil)
        }
    }

    @Test(arguments: [("a", "b"), ("../../etc/passwd", "etc/passwd"), ("self", "self")])
    func aLinkThatLeadsNowhereIsNothing(target: String, name: String) async throws {
        let bytes = SavedFiles.header("self", length: 0, kind: "2", link: target) + [UInt8](repeating: 0, count: 1024)
        try await withArchive(bytes) { path in
            let archive = try TarArchive(path, named: "x.tar")
            #expect(archive.slice("self") == nil && archive.slice(name) == nil)
        }
    }

    private static let content = SavedFiles.header("file", length: 700) + [UInt8](repeating: 7, count: 1024)
    private static let end = [UInt8](repeating: 0, count: 1024)

    private static func flipped(_ place: Int, _ byte: UInt8) -> [UInt8] {
        var bytes = content + end
        bytes[place] = byte
        return bytes
    }

    private static func records(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return SavedFiles.header("records", length: bytes.count, kind: "x") + bytes
            + [UInt8](repeating: 0, count: 512 - bytes.count) + content + end
    }

    private static let noHeader = "its entry at byte 0 has no valid header"
    private static let gzip: [UInt8] = [0x1F, 0x8B] + content
    private static let zstd: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD] + content
    private static let halfAHeader: [UInt8] = content + content.prefix(300)
    private static let letters = [UInt8](repeating: UInt8(ascii: "x"), count: 2048)

    private static let malformed: [(bytes: [UInt8], reason: String)] = [
        ([], "it ends in the middle of a header"), (Array("not an archive".utf8), "it ends in the middle of a header"),
        (letters, noHeader), (flipped(3, 1), noHeader), (flipped(124, 0x81), noHeader),
        (content.dropLast(500), "it ends before its entry file does"),
        (halfAHeader, "it ends in the middle of a header"), (gzip, "is compressed with gzip"), (zstd, "with zstd"),
    ]

    private static let badRecords = [
        "12 path=x", "99 path=x\n", "x path=x\n", "7 pathx\n", "11 size=-1\n", "29 size=99999999999999999999\n",
    ]

    @Test(arguments: malformed + badRecords.map { (records($0), "the records before byte") })
    func whatIsNoArchiveIsTold(bytes: [UInt8], reason: String) async throws {
        try await withArchive(bytes) { path in
            let report = #expect(throws: Report.self) { try TarArchive(path, named: "x.tar") }
            #expect(report?.what.contains(reason) == true, "\(String(describing: report))")
            #expect(report?.details.map(\.label) == ["expected", "state", "next"])
        }
    }

    /// Any damage is told or changes a content; none of it crashes or reads beyond the file.
    @Test func damageIsNeverFatal() async throws {
        var generator = SeededGenerator(seed: 7)
        let whole = SavedFiles.docker().archive
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "x.tar")
            for _ in 1...300 {
                var bytes = whole
                for _ in 1...3 {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
                }
                try Data(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))).write(to: file)
                do {
                    let parcel = try LocalImage.open(
                        file.path(percentEncoded: false), named: "x", for: "amd64", scratch: folder)
                    #expect(SavedFiles.digest(parcel.manifest) == parcel.digest)
                } catch let report as Report {
                    #expect(!report.details.isEmpty)
                }
            }
        }
    }

    private func withArchive(_ bytes: [UInt8], _ body: (String) throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "x.tar")
            try Data(bytes).write(to: file)
            try body(file.path(percentEncoded: false))
        }
    }
}
