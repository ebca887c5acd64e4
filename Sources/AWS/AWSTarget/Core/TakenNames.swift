import AWSServices
import AWSWire
import Resources
import Synchronization

/// Names that the stack wants and somebody else's resources have, as one discovery comes across them.
final class TakenNames: Sendable {
    private let owners = Mutex<[Address: String]>([:])

    /// By whom, for each address.
    var all: [Address: String] { owners.withLock { $0 } }

    func note(_ address: Address, tags: [String: String]) {
        let owner = tags[StackScope.stackTag].map { "the stack \($0)" } ?? "somebody else"
        owners.withLock { $0[address] = owner }
    }
}

extension Search {
    /// What has the item's name carries tags, and not this stack's.
    func noteTaken(_ item: Item, tags: [String: String]) {
        guard !work.scope.owns(tags), Wanted.kind.hasNameOfItsOwn else { return }
        work.board?.taken.note(item.address, tags: tags)
    }
}

extension ResourceKind {
    /// Whether AWS lets a name be used once only; a distribution's comment and a VPC origin's name mean nothing to it.
    fileprivate var hasNameOfItsOwn: Bool { self != .distribution && self != .vpcOrigin }
}

extension FindBoard {
    /// Roles are listed by the stack's path, where nobody else's are, but a name is used once in an account.
    func lookForTakenRoles() async throws {
        let found = Set(try await found(.role).map(\.address))
        let search = Search<RoleSettings>(graph.resources.filter { $0.kind == .role }, work)
        _ = try await search.items.filter { !found.contains($0.address) }.concurrentMap { item in
            let request = IAM.GetRoleRequest(roleName: item.settings.name.text)
            guard let role = try await self.work.lookIfThere(request, in: .global)?.role else { return }
            let tags = [String: String](role.tags)
            if !self.work.scope.owns(tags), role.path != item.settings.path {
                self.taken.note(item.address, tags: tags)
            }
        }
    }
}
