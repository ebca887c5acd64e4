import Plans
import Provisioning
import Resources
import Stacks
import Synchronization
import Testing

@testable import AWSTarget

/// How much is asked, and that nobody asks what another has just been told.
struct LookTests {
    private static let graph = StackResources.graph(
        of: Stack(
            name: "guestbook", services: [Service(name: "web", image: "nginx:1.29")], database: Database()))

    /// Every call that a target makes, by service and operation.
    private final class Record: Sendable {
        let calls = Mutex<[String]>([])

        func take() -> [String] {
            calls.withLock { calls in
                defer { calls = [] }
                return calls
            }
        }
    }

    private static func recording(
        _ body: @escaping @Sendable (TargetWorld, Record) async throws -> Void
    ) async throws {
        let record = Record()
        let observe: @Sendable (String, String) -> Void = { service, operation in
            record.calls.withLock { $0.append("\(service).\(operation)") }
        }
        try await TargetWorld.with(observing: observe) { world in
            _ = record.take()
            try await body(world, record)
        }
    }

    @Test func anEmptyAccountIsAskedOnceForAllOfEC2() async throws {
        try await Self.recording { world, record in
            let found = try await world.target.discover(Self.graph)
            #expect(found.resources.isEmpty)
            let calls = record.take()
            let ofEC2 = calls.filter { $0.hasPrefix("EC2.") }.sorted()
            #expect(ofEC2 == ["EC2.DescribeAvailabilityZones", "EC2.DescribeManagedPrefixLists", "EC2.DescribeTags"])
            #expect(calls.count <= 36, "\(calls.count): \(calls.sorted())")
        }
    }

    @Test func aRemovalAsksForLessThanAComparison() async throws {
        try await Self.recording { world, record in
            try await world.apply(Self.graph)
            _ = record.take()
            let whole = try await world.target.discover(Self.graph)
            let comparison = record.take()
            let thin = try await world.target.discoverForRemoval(Self.graph)
            let removal = record.take()
            #expect(Set(whole.resources.keys) == Set(thin.resources.keys))
            #expect(removal.count + 15 <= comparison.count, "\(removal.count) and \(comparison.count)")
            // One list tells the tags of everything: nobody asks for them one by one.
            let tags = comparison.filter { $0.contains("Tags") }
            #expect(tags.sorted() == ["EC2.DescribeTags"], "\(tags)")
        }
    }

    @Test func namesThatAreGivenInTheSameMomentGoInOneCall() async throws {
        let (gatherings, time) = (Gatherings(), Timekeeper(ContinuousClock()))
        let record = Record()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...5 {
                group.addTask {
                    try await gatherings.join("name-\(number)", for: "Forget", most: 3, time) { names in
                        record.calls.withLock { $0.append(names.joined(separator: " ")) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let made = record.take().map { $0.split(separator: " ").map(String.init) }
        #expect(made.map(\.count).sorted() == [2, 3])
        #expect(Set(made.joined()) == Set((1...5).map { "name-\($0)" }))
    }
}
