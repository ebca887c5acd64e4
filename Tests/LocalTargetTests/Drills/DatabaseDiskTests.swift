import Foundation
import Machine
import Stacks
import TestKit
import Testing

@testable import LocalTarget

/// A file system of its own; nil where a machine has none there.
private let ownDisk: String? = {
    guard let own = FileFacts(path: "/dev/shm"), let around = FileFacts(path: "/dev") else { return nil }
    return own.device != around.device ? "/dev/shm" : nil
}()

struct DatabaseDiskTests {
    @Test func diskThatHoldsMoreThanTheDatabaseIsNotFilled() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "database").path(percentEncoded: false)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let refusal = #expect(throws: Report.self) { try DatabaseDisk(folder: path) }
            #expect(refusal?.what == "the database shares its disk with everything else, which would be full, too")
            #expect(refusal?.details.contains { $0.text.contains("mount -t tmpfs -o size=1g terrace \(path)") } == true)
        }
    }

    @Test func folderThatIsNotThereIsNotFilled() {
        let refusal = #expect(throws: Report.self) { try DatabaseDisk(folder: "/nowhere/database") }
        #expect(refusal?.what == "cannot look at the disk of /nowhere/database")
    }

    @Test(.enabled(if: ownDisk != nil)) func diskOfItsOwnMayBeFilled() throws {
        let disk = try #require(ownDisk)
        _ = try DatabaseDisk(folder: disk, largest: .gibibytes(1 << 20))
        let refusal = #expect(throws: Report.self) { try DatabaseDisk(folder: disk, largest: .mebibytes(0)) }
        #expect(refusal?.what == "the database's disk has more than 0 B")
    }
}
