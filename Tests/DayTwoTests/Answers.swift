import Foundation
import TestKit
import Testing

struct ReleaseNumbers: Equatable {
    var running: Int?
    /// The newest first.
    var numbers: [Int]
}

struct JobAnswer: Decodable {
    var name: String
    var service: String
    var schedule: String
    var timezone: String
    var next: String
}

struct StatusAnswer {
    var stack: String
    var phase: String
    /// How many tasks each service is to have.
    var services: [String: Int]
}

/// What `releases --json` says of a service on both targets.
struct ReleasesJSON: Decodable {
    struct Release: Decodable { var number: Int }
    var service: String
    var running: Int?
    var releases: [Release]
}

/// What `db top --json` says on both targets.
struct StatementsJSON: Decodable {
    struct Statement: Decodable {
        var statement: String
        var share: Double
        var meanSeconds: Double?
    }
    struct Server: Decodable {
        var role: String
        var statements: [Statement]?
    }
    var servers: [Server]
}

/// What `status --json` says on both targets.
struct StatusJSON: Decodable {
    struct Service: Decodable {
        var name: String
        var desired: Int
    }
    var stack: String
    var phase: String
    var services: [Service]
}

extension DayTwoTarget {
    func releases(of service: String = "web") async throws -> ReleaseNumbers {
        let answers: [ReleasesJSON] = try await json("releases")
        let own = try #require(answers.first { $0.service == service })
        return ReleaseNumbers(running: own.running, numbers: own.releases.map(\.number))
    }

    func status() async throws -> StatusAnswer {
        let answer: StatusJSON = try await json("status")
        let services = Dictionary(answer.services.map { ($0.name, $0.desired) }) { first, _ in first }
        return StatusAnswer(stack: answer.stack, phase: answer.phase, services: services)
    }

    /// Lines of `NAME=value`.
    func variables(_ words: String...) async throws -> [String: String] {
        let result = try await terrace(words)
        #expect(result.exitCode == 0, "\(result.errors)")
        let pairs = result.output.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1) }
        return Dictionary(pairs.compactMap { $0.count == 2 ? (String($0[0]), String($0[1])) : nil }) { first, _ in first
        }
    }

    /// Exit code 1, nothing on the output, and a report that begins so and has each of the other texts in a line below.
    func expect(
        _ words: String..., refusedWith first: String, _ others: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await terrace(words)
        #expect(result.exitCode == 1 && result.output.isEmpty, "\(words) \(result)", sourceLocation: sourceLocation)
        #expect(result.errors.hasPrefix(first), "\(words) \(result.errors)", sourceLocation: sourceLocation)
        for text in others {
            #expect(result.errors.contains(text), "\(words) \(text)\n\(result.errors)", sourceLocation: sourceLocation)
        }
    }
}
