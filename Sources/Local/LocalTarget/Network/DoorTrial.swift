import NIOCore
import NIOPosix

/// What came of one real connection to a door at one of this machine's addresses.
package struct DoorTrial: Codable, Sendable, Equatable {
    package var door: LocalDoor
    /// `127.0.0.1`, or one by which other machines know this one.
    package var address: String
    package var isLoopback: Bool
    package var answers: Bool

    package init(door: LocalDoor, address: String, isLoopback: Bool, answers: Bool) {
        self.door = door
        self.address = address
        self.isLoopback = isLoopback
        self.answers = answers
    }
}

extension DoorTrial {
    /// How long a connection may take before it counts as refused; on one machine it takes microseconds.
    private static let patience = TimeAmount.seconds(2)

    /// A connection to every door at every address, which is closed at once. Nothing is sent.
    package static func all(_ doors: [LocalDoor], at addresses: [String]) async -> [DoorTrial] {
        var trials: [DoorTrial] = []
        for address in ["127.0.0.1"] + addresses {
            for door in doors {
                let answers = await connects(address, door.port)
                trials.append(
                    DoorTrial(door: door, address: address, isLoopback: address == "127.0.0.1", answers: answers))
            }
        }
        return trials
    }

    private static func connects(_ address: String, _ port: Int) async -> Bool {
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(patience).connect(host: address, port: port).get()
            try? await channel.close().get()
            return true
        } catch {
            return false
        }
    }

    /// By which other machines may know this one: every address but those of the loopback interface and of the link.
    package static func addressesOfThisMachine() throws -> [String] {
        let all = try System.enumerateDevices().compactMap { $0.address?.ipAddress }
        let others = all.filter { !$0.hasPrefix("127.") && $0 != "::1" && !$0.lowercased().hasPrefix("fe80:") }
        return Set(others).sorted()
    }
}
