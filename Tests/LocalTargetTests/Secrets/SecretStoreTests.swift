import Foundation
import TestKit
import Testing

@testable import LocalTarget

private func mode(_ url: URL) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: url.path(percentEncoded: false))[.posixPermissions] as? Int
}

@Suite struct SecretStoreTests {
    @Test func valuesSurviveReopening() async throws {
        try await withTemporaryFolder { folder in
            let place = folder.appending(path: "secrets")
            let store = try SecretStore(folder: place)
            try store.set("A", to: Secret("ä b\n"))
            let drawn = try store.generate("B")
            let again = try SecretStore(folder: place)
            #expect(try again.get("A")?.reveal() == "ä b\n")
            #expect(try again.get("B") == drawn)
            #expect(try again.generate("B") == drawn)
            #expect(try again.get("C") == nil)
            #expect(try again.names() == ["A", "B"])
        }
    }

    @Test func nothingIsReadableByOthersNorInClear() async throws {
        try await withTemporaryFolder { folder in
            let place = folder.appending(path: "secrets")
            try SecretStore(folder: place).set("NAME", to: Secret("visible-value"))
            #expect(try mode(place) == 0o700)
            for file in ["key", "store"] { #expect(try mode(place.appending(path: file)) == 0o600) }
            let bytes = try Data(contentsOf: place.appending(path: "store"))
            #expect(bytes.range(of: Data("visible-value".utf8)) == nil)
            #expect(bytes.range(of: Data("NAME".utf8)) == nil)
        }
    }

    @Test func generatedValuesAreLongUrlSafeAndDifferent() async throws {
        try await withTemporaryFolder { folder in
            let store = try SecretStore(folder: folder.appending(path: "secrets"))
            let values = try (0..<20).map { try store.generate("S\($0)").reveal() }
            #expect(Set(values).count == 20)
            let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
            #expect(values.allSatisfy { $0.count == 32 && $0.allSatisfy(allowed.contains) })
        }
    }

    @Test(arguments: ["flip", "cut", "empty", "no store", "no key", "other key", "short key"])
    func damageIsReportedAndNothingNewIsMade(damage: String) async throws {
        try await withTemporaryFolder { folder in
            let place = folder.appending(path: "secrets")
            try SecretStore(folder: place).set("A", to: Secret("1"))
            let (key, store) = (place.appending(path: "key"), place.appending(path: "store"))
            var bytes = try Data(contentsOf: store)
            switch damage {
            case "flip":
                bytes[bytes.count - 20] ^= 1
                try bytes.write(to: store)
            case "cut": try bytes.dropLast(5).write(to: store)
            case "empty": try Data().write(to: store)
            case "no store": try FileManager.default.removeItem(at: store)
            case "no key": try FileManager.default.removeItem(at: key)
            case "other key": try Data(repeating: 7, count: 32).write(to: key)
            default: try Data(repeating: 7, count: 31).write(to: key)
            }
            let before = try FileManager.default.contentsOfDirectory(atPath: place.path(percentEncoded: false)).sorted()
            #expect {
                try SecretStore(folder: place)
            } throws: { "\($0)".contains("no new secrets were made") && $0 is SecretStoreError }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: place.path(percentEncoded: false)).sorted()
                    == before)
        }
    }

    @Test func halfWrittenFileOfAKilledProcessDoesNotCount() async throws {
        try await withTemporaryFolder { folder in
            let place = folder.appending(path: "secrets")
            try SecretStore(folder: place).set("A", to: Secret("1"))
            try Data("half".utf8).write(to: place.appending(path: "store.new-1"))
            #expect(try SecretStore(folder: place).get("A")?.reveal() == "1")
        }
    }

    @Test func manyWritersLoseNothing() async throws {
        try await withTemporaryFolder { folder in
            let place = folder.appending(path: "secrets")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask { try SecretStore(folder: place).set("N\(number)", to: Secret("\(number)")) }
                }
                try await group.waitForAll()
            }
            #expect(try SecretStore(folder: place).names().count == 20)
        }
    }

    @Test func serviceSecretsComeFromTheStoreThenFromTheCaller() async throws {
        try await withTemporaryFolder { folder in
            let store = try SecretStore(folder: folder.appending(path: "secrets"))
            try store.set("A", to: Secret("stored"))
            let values = try store.resolve(["A", "B"], environment: ["A": "given", "B": "given", "C": "other"])
            #expect(values.mapValues { $0.reveal() } == ["A": "stored", "B": "given"])
            #expect(try store.resolve(["B"], environment: [:])["B"]?.reveal() == "given")
            #expect(throws: MissingSecrets(names: ["D", "E"])) {
                try store.resolve(["A", "D", "E"], environment: ["E": ""])
            }
            #expect(try store.names() == ["A", "B"])
        }
    }
}
