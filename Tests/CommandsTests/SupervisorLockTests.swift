import Foundation
import LocalTarget
import TestKit
import Testing

@Suite struct SupervisorLockTests {
    static let record = SupervisorLock.Record(pid: 7, startedAt: Samples.start, stack: "shop", socket: "/s")

    @Test func onlyOneSupervisorHoldsAStack() async throws {
        try await withTemporaryFolder { folder in
            let place = StackFolder(manifestFolder: folder, environment: nil)
            try place.create()
            #expect(SupervisorLock.holder(place) == nil)
            let first = try SupervisorLock.acquire(place, record: Self.record)
            #expect(SupervisorLock.holder(place) == Self.record)
            #expect(try SupervisorLock.acquire(place, record: Self.record) == nil)
            first?.release()
            #expect(SupervisorLock.holder(place) == nil)
            #expect(SupervisorLock.record(place) == Self.record)
            let second = try SupervisorLock.acquire(place, record: Self.record)
            #expect(second != nil)
        }
    }

    @Test func shorterRecordReplacesALongerOne() async throws {
        try await withTemporaryFolder { folder in
            let place = StackFolder(manifestFolder: folder, environment: nil)
            try place.create()
            var long = Self.record
            long.stack = String(repeating: "x", count: 500)
            try SupervisorLock.acquire(place, record: long)?.release()
            try SupervisorLock.acquire(place, record: Self.record)?.release()
            #expect(SupervisorLock.record(place) == Self.record)
        }
    }

    @Test func environmentsOfOneFolderAreApart() async throws {
        try await withTemporaryFolder { folder in
            let plain = StackFolder(manifestFolder: folder, environment: nil)
            let staging = StackFolder(manifestFolder: folder, environment: "staging")
            try plain.create()
            try staging.create()
            let first = try SupervisorLock.acquire(plain, record: Self.record)
            let second = try SupervisorLock.acquire(staging, record: Self.record)
            #expect(first != nil && second != nil)
            try plain.removeEverything()
            #expect(staging.exists)
            try staging.removeEverything()
            #expect(!staging.exists)
        }
    }
}
