import Plans
import Provisioning
import Resources
import Stacks

/// One service of a stack in the cloud, as it is asked for and as it exists.
struct CloudService: Sendable {
    let name: String
    let look: CloudLook
    let observed: Observed
    let settings: ECSServiceSettings

    /// - Parameter name: nil stands for the only service there is.
    init(_ name: String?, _ look: CloudLook, _ stack: Stack) throws(Report) {
        let known = stack.services.map(\.name)
        guard let name = name ?? (known.count == 1 ? known.first : nil) else {
            throw Report(
                "\(stack.fullName) has \(known.count) services: which one?", expected: known.joined(separator: ", "),
                state: "nothing was changed")
        }
        guard known.contains(name) else {
            throw Report(
                "\(stack.fullName) has no service \(name)", expected: known.joined(separator: ", "),
                state: "nothing was changed")
        }
        guard let observed = look.world.resources[Self.address(.ecsService, name)],
            case .ecsService(let settings) = observed.settings
        else {
            throw Report(
                "the service \(name) of \(stack.fullName) does not exist yet", state: "nothing was changed",
                next: "`terrace up --on aws` makes it")
        }
        (self.name, self.look, self.observed, self.settings) = (name, look, observed, settings)
    }

    static func address(_ kind: ResourceKind, _ name: String) -> Address {
        Address(.application, kind.rawValue, name)
    }

    /// What is asked for and what exists of another kind under the service's name.
    func resource(_ kind: ResourceKind) -> Resource? {
        let address = Self.address(kind, name)
        return look.graph.resources.first { $0.address == address }
    }

    /// Of its task definitions; empty for a service that the manifest does not have.
    var family: String {
        guard case .taskDefinition(let definition)? = resource(.taskDefinition)?.settings else { return "" }
        return definition.family.literal ?? ""
    }

    func observed(_ kind: ResourceKind) -> Observed? { look.world.resources[Self.address(kind, name)] }

    /// Holds the stack's lease while `body` changes something small.
    static func change<Result: Sendable>(
        _ session: CloudSession, _ command: String, _ body: () async throws -> Result
    ) async throws -> Result {
        let lease = StackLease(session: session, command: command, breaksLock: false)
        let style = Surroundings.current.errorStyle
        let errors = Surroundings.current.errors
        let lost: @Sendable (Report) -> Void = { errors(ReportView(style: style).text($0)) }
        let told: @Sendable (String) -> Void = { errors($0 + "\n") }
        return try await lease.hold(lost: lost, told: told) { _ in try await body() }
    }
}
