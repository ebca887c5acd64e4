package import Provisioning
package import Resources
import Stacks

/// What Terrace does with one kind of resource: one type for each kind, found through `handler(for:)`. What a describe answer
/// means and which calls a difference needs are pure functions beside it.
///
/// Every method may run again after a crash in its middle and must end in the same world.
package protocol KindHandler: Sendable {
    associatedtype Wanted: ResourceSettings

    /// Everything of the stack of this kind: by tag where the describe call can filter by it, else by the names in
    /// `search`. Asks through `look` and `lookAll`, so that kinds and waits share calls.
    static func find(_ search: Search<Wanted>) async throws -> [Observed]

    /// What others need in order to find theirs, by address, where that takes fewer calls in a row than `find`; nil where it
    /// does not.
    static func identify(_ search: Search<Wanted>) async throws -> [Address: [Fact: String]]?

    /// Makes it with the least calls that give it identity and tags.
    static func create(_ order: Order<Wanted>) async throws -> Observed

    /// Makes the calls that the difference needs; never touches what does not differ.
    static func update(_ order: Order<Wanted>, from observed: Observed) async throws -> Observed

    /// A fresh look at one resource; nil when it is not there. Waits live on it.
    static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed?

    /// Asks for its end; "not found" is success. An answer of `HeldAnswer` may be thrown: it will be asked again.
    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws

    /// A look at one whose end was asked for; nil when it holds nothing any more.
    static func farewell(_ observed: Observed, _ work: Work) async throws -> Observed?

    /// Whether it is there for a while after AWS has accepted its end, and holds others meanwhile.
    static var lingers: Bool { get }
    /// How often a wait looks.
    static var schedule: PollSchedule { get }
    /// How many looks running must find it ready: 2 where one of AWS's servers may know of it and the next may not.
    static var sightings: Int { get }

    /// What stands in the way of its deletion; asked when it takes longer than a minute.
    static func blockers(of observed: Observed, _ work: Work) async throws -> [String]
}

extension KindHandler {
    package static var lingers: Bool { false }
    package static var schedule: PollSchedule { .standard }
    package static var sightings: Int { 1 }
    package static func blockers(of observed: Observed, _ work: Work) async throws -> [String] { [] }
    package static func identify(_ search: Search<Wanted>) async throws -> [Address: [Fact: String]]? { nil }

    package static func farewell(_ observed: Observed, _ work: Work) async throws -> Observed? {
        try await refresh(observed, work)
    }

    /// By searching again, which is one shared call where `find` filters by tag.
    package static func refresh(_ observed: Observed, _ work: Work) async throws -> Observed? {
        let resource = Resource(observed.address, observed.settings, tags: observed.tags, place: observed.place)
        return try await find(Search([resource], work)).first { $0.isSame(as: observed) }
    }
}

/// What is looked for.
package struct Search<Wanted: ResourceSettings>: Sendable {
    package struct Item: Sendable {
        package let address: Address
        /// Whatever is known already is filled in.
        package let settings: Wanted
        package let tags: [String: String]
        package let place: Place
    }

    package let items: [Item]
    package let work: Work

    package init(_ resources: [Resource], _ work: Work) {
        items = resources.compactMap { resource in
            let settings = resource.settings.resolved(knowing: work.facts).base as? Wanted
            return settings.map {
                Item(address: resource.address, settings: $0, tags: resource.tags, place: resource.place)
            }
        }
        self.work = work
    }

    init(filling search: Search, with facts: KnownFacts) {
        items = search.items.map { item in
            Item(
                address: item.address, settings: item.settings.resolved(knowing: facts), tags: item.tags,
                place: item.place)
        }
        work = search.work
    }

    /// Where a resource of the database stands. Copies and what was set aside are seen by a removal, and by whoever waits for them; what a
    /// drill has left by everybody.
    func address(ofDatabasePart name: String, _ tags: [String: String]) -> Address? {
        if let address = work.scope.address(in: tags) { return address }
        let beside = work.scope.besideAddress(of: Wanted.kind, named: name, tags)
        let isSeen = work.isForRemoval || DrillRemains.isCopy(tags) || items.contains { $0.address == beside }
        return isSeen ? beside : nil
    }
}

extension [Observed] {
    /// Without what is leaving its place in the stack for a copy that has it already.
    func withoutSuperseded() -> [Observed] {
        filter { one in
            one.tags[StackScope.keptTag] == nil
                || !contains { $0.address == one.address && $0.tags[StackScope.keptTag] == nil }
        }
    }
}

/// What is to be made, or made so.
package struct Order<Wanted: ResourceSettings>: Sendable {
    package let address: Address
    /// Every value in it is literal.
    package let settings: Wanted
    package let tags: [String: String]
    package let place: Place
    package let work: Work

    init(_ resource: Resource, _ work: Work) throws {
        let resolved = resource.settings.resolved(knowing: work.facts)
        guard let settings = resolved.base as? Wanted else {
            preconditionFailure("the handler of \(Wanted.kind) was given a \(resource.kind)")
        }
        if let open = resolved.values.first(where: { $0.literal == nil }) {
            if case .image(let service)? = open.lookups.first { throw Report.noImage(service, resource.address) }
            throw Report("cannot make \(resource.address): it needs \(open), which is not known", next: "plan again")
        }
        address = resource.address
        self.settings = settings
        tags = resource.tags
        place = resource.place
        self.work = work
    }

    /// What it is when AWS has done as it was told.
    package func done(facts: [Fact: String], state: Observed.State = .ready) -> Observed {
        Observed(address, settings.settings, facts: facts, state: state, tags: tags, place: place)
    }

    /// The same with settings that it was born with and that an update has yet to change.
    package func born(_ settings: Wanted, facts: [Fact: String], state: Observed.State = .ready) -> Observed {
        Observed(address, settings.settings, facts: facts, state: state, tags: tags, place: place)
    }

    /// A token that the same creation has on every run, for calls that take one; at most 64 characters.
    package func token(_ generation: String = "1") -> String {
        StableHash.text("\(work.scope.fullName)/\(address)/\(generation)")
    }

    /// A token for this run alone: a call whose answer is lost is repeated with it. A token that outlived the run would answer
    /// with what has been deleted since; what an earlier run has made is found by its tags or its name.
    package func tokenOfRun() -> String { token("run \(work.connection.run)") }
}

extension Report {
    /// Nobody has pushed what the tasks are to run.
    fileprivate static func noImage(_ service: String, _ address: Address) -> Report {
        Report(
            "cannot make \(address): no image of \(service) was pushed to its repository yet",
            expected: "an image in the repository that `terrace status --on aws` and the end of `up` name",
            next:
                "`terrace deploy \(service) --build --on aws`, or `--image` with what `docker save` wrote, sends one; "
                + "then run the same command: it continues")
    }
}

extension Observed {
    /// Its id where it has one, else its ARN, else its name.
    package var identity: String? { facts[.id] ?? facts[.arn] ?? facts[.name] }

    package func isSame(as other: Observed) -> Bool {
        address == other.address && settings.kind == other.settings.kind && identity == other.identity
    }
}

extension Value {
    /// The text of a value that an order has filled in.
    package var text: String { literal ?? "" }
}
