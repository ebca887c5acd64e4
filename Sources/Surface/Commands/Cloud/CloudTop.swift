import Provisioning
import Resources
import Stacks

/// `top --on aws`: one look at everything that exists, then again and again at how it is.
struct CloudTop: Sendable {
    var request: CloudRequest

    func callAsFunction() async throws {
        try await request.open { session in
            let world = try await CloudLook.take(session).world
            guard !world.resources.isEmpty else {
                throw Report(
                    "\(session.stack.fullName) does not exist on aws yet", next: "`terrace up --on aws` makes it")
            }
            let surroundings = Surroundings.current
            try await Top.watch(
                WatchedCloud(session: session, world: world, surroundings: surroundings), surroundings)
        }
    }
}

/// The stack on aws, by CloudWatch and by who runs its parts.
private struct WatchedCloud: WatchedStack {
    /// CloudWatch has something new once a minute; tasks, servers and alarms change at any time.
    static let interval = 15

    let session: CloudSession
    let world: World
    let surroundings: Surroundings
    private var figures: CloudFigures?

    init(session: CloudSession, world: World, surroundings: Surroundings) {
        self.session = session
        self.world = world
        self.surroundings = surroundings
    }

    mutating func look() async throws { figures = try await session.cloud.figures(of: world) }

    func lines(_ columns: Int) -> [String] {
        let view = CloudTopView(
            style: surroundings.style, columns: columns, now: surroundings.now(), timeZone: surroundings.timeZone)
        return figures.map { view.lines(session.stack.fullName, session.cloud.identity, $0) } ?? []
    }
}
