import Resources
import Stacks
import Testing

@testable import Provisioning

/// A database in memory to which steps happen at once.
private struct RestoreWorld {
    var seen = CloudRestores(clusters: [
        .init(
            name: "shop", servers: ["shop-db-1", "shop-db-2"].map { .init(name: $0, state: .ready, isPlaced: true) },
            isPlaced: true, window: 1000...5000)
    ])
    static let names = RestoreNames(cluster: "shop", servers: ["shop-db-1", "shop-db-2"])

    mutating func change(_ name: String, _ change: (inout CloudRestores.Cluster) -> Void) {
        for index in seen.clusters.indices where seen.clusters[index].name == name { change(&seen.clusters[index]) }
    }

    mutating func happen(_ step: RestoreStep) {
        switch step {
        case .makeCopy(let order, _, let name):
            let copy = CloudRestores.Copy(source: order.source, purpose: order.purpose, progress: .making)
            seen.clusters.append(.init(name: name, copy: copy, isSettled: false, window: 4000...5000))
        case .addServer(let number, let name):
            change(name) {
                $0.servers.append(.init(name: RestoreNames.server(number, of: name), state: .ready, isPlaced: false))
            }
        case .settle(let name): change(name) { $0.isSettled = true }
        case .admit(let name): change(name) { $0.copy?.progress = .ready }
        case .begin(let name, let exchange): change(name) { $0.copy?.progress = .taking(exchange) }
        case .mark(let name, let exchange): change(name) { $0.kept = .init(exchange: exchange, until: nil) }
        case .renameCluster(let name, let other): change(name) { $0.name = other }
        case .renameServer(let name, let other):
            for index in seen.clusters.indices {
                for place in seen.clusters[index].servers.indices
                where seen.clusters[index].servers[place].name == name {
                    seen.clusters[index].servers[place].name = other
                }
            }
        case .cut(let name, let moment): change(name) { $0.kept?.until = moment }
        case .place(let name, let moment):
            place(name, true)
            change(name) { $0.restored = $0.copy.map { .init(source: $0.source, at: moment) } }
        case .leave(let name): place(name, false)
        case .forget(let name): change(name) { $0.copy = nil }
        }
    }

    private mutating func place(_ name: String, _ isPlaced: Bool) {
        change(name) {
            $0.isPlaced = isPlaced
            for index in $0.servers.indices { $0.servers[index].isPlaced = isPlaced }
        }
    }

    /// Every step until nothing is left, each chosen by what there is alone.
    mutating func run(
        _ next: (CloudRestores) throws -> RestoreCourse.Next, after: (RestoreWorld) -> Void = { _ in }
    ) throws -> [String] {
        var steps: [String] = []
        while case .step(let step) = try next(seen), steps.count < 40 {
            steps.append(step.text)
            happen(step)
            after(self)
        }
        return steps
    }
}

/// What a restore does next, by what there is.
struct RestoreCourseTests {
    private static func course(_ purpose: RestoreOrder.Purpose, _ source: RestoreSource = .moment(4500))
        -> RestoreCourse
    {
        RestoreCourse(RestoreOrder(source, for: purpose), names: RestoreWorld.names, origin: "shop")
    }

    @Test func aCopyHasOneServerAndLetsTheApplicationIn() throws {
        var world = RestoreWorld()
        let steps = try world.run(Self.course(.inspection).copying)
        let name = "shop-from-1970-01-01t01-15-00z"
        #expect(
            steps == [
                "RDS makes \(name) of shop as of 1970-01-01T01:15:00Z", "a server is added to \(name)",
                "\(name) gets the settings of the database", "the application is let into \(name)",
            ])
        #expect(world.seen.copy?.servers.map(\.name) == ["\(name)-1"])
        #expect(try Self.course(.inspection).copying(world.seen) == .done)
    }

    /// Neither takes the other's for its own, whichever is there first.
    @Test func aDrillsCopyAndAUsersAreTwo() throws {
        #expect(RestoreOrder.Purpose.drill.rawValue == DrillRemains.purpose)
        for purposes in [[RestoreOrder.Purpose.drill, .inspection], [.inspection, .drill]] {
            var world = RestoreWorld()
            for purpose in purposes { _ = try world.run(Self.course(purpose).copying) }
            let names = ["shop-drill-1970-01-01t01-15-00z", "shop-from-1970-01-01t01-15-00z"]
            #expect(world.seen.clusters.map(\.name).sorted() == ["shop"] + names)
            #expect(world.seen.copy(for: .drill)?.name == names[0] && world.seen.copy?.name == names[1])
            #expect(world.seen.copy(for: .drill)?.servers.count == 1)
            #expect(try RestoreChoice.order(.exact(.moment(4500)), for: .inspection, world.seen).purpose == .inspection)
        }
        var world = RestoreWorld()
        _ = try world.run(Self.course(.drill).copying)
        let order = try RestoreChoice.order(.exact(.moment(1000)), for: .succession, world.seen)
        #expect(order == RestoreOrder(.moment(1000), for: .succession))
    }

    /// Whoever looks at any moment finds one database; its name is free only between the two renamings; nothing is ever gone.
    @Test func anExchangeIsOneNameAfterTheOther() throws {
        var world = RestoreWorld()
        let course = Self.course(.succession, .snapshot("shop-20261129"))
        _ = try world.run(course.copying)
        #expect(world.seen.copy?.servers.count == 2)
        var (free, unplaced) = (0, 0)
        let look: (RestoreWorld) -> Void = { world in
            #expect(world.seen.clusters.count == 2)
            if !world.seen.clusters.contains(where: { $0.name == "shop" }) { free += 1 }
            if !world.seen.clusters.contains(where: \.isPlaced) { unplaced += 1 }
        }
        let steps = try world.run({ try course.exchanging($0, now: 6000) }, after: look)
        let (copy, kept) = ("shop-from-shop-20261129", "shop-before-1970-01-01t01-40-00z")
        #expect(
            steps == [
                "\(copy) takes the place of the database", "shop is set aside", "shop-db-1 is renamed \(kept)-1",
                "shop-db-2 is renamed \(kept)-2", "\(copy)-1 is renamed shop-db-1", "\(copy)-2 is renamed shop-db-2",
                "shop is renamed \(kept)", "connections to \(kept) are cut", "\(copy) is renamed shop",
                "shop takes its place in the stack", "\(kept) leaves its place in the stack", "shop is the database",
            ])
        #expect(free == 2 && unplaced == 0)
        #expect(world.seen.serving?.servers.map(\.name) == ["shop-db-1", "shop-db-2"] && world.seen.copy == nil)
        #expect(world.seen.kept.map(\.name) == [kept] && world.seen.kept.first?.kept?.until == 6000)
        #expect(world.seen.serving?.restored == .init(source: .snapshot("shop-20261129"), at: 6000))
    }

    @Test func whatIsOnItsWayIsWaitedForAndWhatFailedIsTold() throws {
        var world = RestoreWorld()
        let course = Self.course(.inspection)
        _ = try world.run(course.copying)
        let name = world.seen.copy?.name ?? ""
        world.change(name) { $0.servers[0].state = .pending("the server is creating") }
        #expect(try course.copying(world.seen) == .wait("\(name)-1: the server is creating"))
        world.change(name) { $0.state = .failed("the cluster is failed") }
        let report = #expect(throws: Report.self) { try course.copying(world.seen) }
        #expect(report?.what == "the restore does not come to its end: \(name): the cluster is failed")
    }

    /// A broken server may be the reason for it all.
    @Test func aServerThatFailedDoesNotHoldUpItsSuccessor() throws {
        var world = RestoreWorld()
        let course = Self.course(.succession)
        _ = try world.run(course.copying)
        world.change("shop") { $0.servers[0].state = .failed("the server is storage-full") }
        let steps = try world.run { try course.exchanging($0, now: 6000) }
        #expect(steps.last == "shop is the database")
    }

    // MARK: - What it begins with

    private static func seen(
        _ progress: CloudRestores.Copy.Progress, _ purpose: RestoreOrder.Purpose, state: Observed.State = .ready
    ) -> CloudRestores {
        let copy = CloudRestores.Copy(source: .moment(4500), purpose: purpose, progress: progress)
        return CloudRestores(clusters: [.init(name: "copy", state: state, copy: copy)])
    }

    @Test(
        arguments: [
            (.exact(.moment(4500)), .inspection, seen(.making, .inspection), nil),
            (.exact(.moment(4500)), .inspection, seen(.ready, .inspection), nil),
            (
                .exact(.moment(4600)), .inspection, seen(.making, .inspection),
                "cannot restore the database: there is a restored copy already, copy, "
            ),
            (.ago(4600), .inspection, seen(.making, .inspection), nil),
            (
                .ago(4600), .inspection, seen(.ready, .inspection),
                "cannot restore the database: there is a restored copy already, copy, "
            ),
            (.ago(4600), .succession, seen(.ready, .succession), nil),
            (
                .ago(4600), .succession, seen(.ready, .inspection),
                "cannot restore the database: there is a restored copy already, copy, "
            ),
            (.exact(.snapshot("x")), .succession, seen(.taking("1970-01-01T01:40:00Z"), .succession), nil),
            (
                .exact(.moment(4500)), .inspection, seen(.taking("1970-01-01T01:40:00Z"), .succession),
                "cannot restore the database: copy is taking its place"
            ),
            (
                .exact(.moment(4500)), .inspection, seen(.ready, .inspection, state: .deleting),
                "cannot restore the database: copy is still being removed"
            ),
        ] as [(RestoreChoice.Asked, RestoreOrder.Purpose, CloudRestores, String?)])
    func theSameCommandContinuesAndAnotherIsRefused(
        asked: RestoreChoice.Asked, purpose: RestoreOrder.Purpose, seen: CloudRestores, refusal: String?
    ) throws {
        guard let refusal else {
            let order = try RestoreChoice.order(asked, for: purpose, seen)
            #expect(order == RestoreOrder(.moment(4500), for: purpose))
            return
        }
        let report = #expect(throws: Report.self) { try RestoreChoice.order(asked, for: purpose, seen) }
        #expect(report?.what.hasPrefix(refusal) == true, "\(report?.what ?? "")")
    }

    /// Of a command that was killed after its last call nothing is left but that.
    @Test(
        arguments: [
            (.exact(.moment(4500)), .succession, true, nil), (.exact(.moment(4501)), .succession, false, nil),
            (.exact(.snapshot("x")), .succession, false, nil), (.exact(.moment(4500)), .inspection, false, nil),
            (.ago(6001), .succession, false, nil), (.ago(5900), .inspection, false, nil),
            (
                .ago(5900), .succession, false,
                "the database was put back to 1970-01-01T01:15:00Z at 1970-01-01T01:40:00Z, and 1970-01-01T01:38:20Z "
                    + "is before that"
            ),
        ] as [(RestoreChoice.Asked, RestoreOrder.Purpose, Bool, String?)])
    func theDatabaseIsPutBackOnce(
        asked: RestoreChoice.Asked, purpose: RestoreOrder.Purpose, isDone: Bool, refusal: String?
    ) throws {
        let restored = CloudRestores.Restored(source: .moment(4500), at: 6000)
        let seen = CloudRestores(clusters: [.init(name: "shop", isPlaced: true, restored: restored)])
        guard let refusal else {
            #expect(try RestoreChoice.done(asked, for: purpose, seen) == (isDone ? restored : nil))
            return
        }
        let report = #expect(throws: Report.self) { try RestoreChoice.done(asked, for: purpose, seen) }
        #expect(report?.what == refusal)
    }

    @Test(
        arguments: [
            (999, "nothing before 1970-01-01T00:16:40Z can be had: `--to 1970-01-01T00:16:40Z` is the earliest; "),
            (4500, "RDS has no backup of the time between them; "),
            (6001, "RDS is some minutes behind: `--to 1970-01-01T01:40:00Z` is the latest; "),
        ])
    func whatCannotBeHadSaysWhatCan(moment: Int, next: String) {
        let seen = CloudRestores(clusters: [
            .init(name: "shop", isPlaced: true, window: 5000...6000),
            .init(name: "first", kept: .init(exchange: "a", until: 3000), window: 1000...6000),
        ])
        let report = #expect(throws: Report.self) { try RestoreChoice.origin(of: moment, seen) }
        let said = report?.details.first { $0.label == "next" }?.text
        #expect(said?.hasPrefix(next) == true, "\(said ?? "")")
    }

    /// What was the database then has the moment, also after two restores in place.
    @Test(
        arguments: [
            (1500, "first"), (3000, "first"), (3001, "second"), (4000, "second"), (4001, nil), (4999, nil),
            (5000, "shop"),
            (6000, "shop"), (6001, nil), (999, nil),
        ] as [(Int, String?)])
    func aMomentIsHadFromWhatWasTheDatabaseThen(moment: Int, name: String?) throws {
        let seen = CloudRestores(clusters: [
            .init(name: "shop", isPlaced: true, window: 5000...6000),
            .init(name: "second", kept: .init(exchange: "b", until: 4000), window: 2500...6000),
            .init(name: "first", kept: .init(exchange: "a", until: 3000), window: 1000...6000),
        ])
        guard let name else {
            let report = #expect(throws: Report.self) { try RestoreChoice.origin(of: moment, seen) }
            let expected = report?.details.first { $0.label == "expected" }?.text
            #expect(
                expected == "a moment from 1970-01-01T00:16:40Z until 1970-01-01T00:50:00Z, "
                    + "or from 1970-01-01T00:50:00Z until 1970-01-01T01:06:40Z, "
                    + "or from 1970-01-01T01:23:20Z until 1970-01-01T01:40:00Z")
            return
        }
        #expect(try RestoreChoice.origin(of: moment, seen) == name)
    }

    // MARK: - Names and times

    @Test func longNamesKeepTheirBeginningAndStayWithinRDSsLimit() {
        let long = RestoreNames(cluster: "a-stack-with-a-name-as-long-as-terrace-allows-it", servers: [])
        let name = long.copy(from: "2026-11-29T06:12:00Z")
        #expect(name.hasPrefix("a-stack-with-a-name-as-long-as-terrace-allows") && name.count <= 58)
        #expect(name != long.copy(from: "2026-11-29T06:12:01Z"))
        #expect(RestoreWorld.names.copy(from: "rds:shop-2026-11-29-06-12") == "shop-from-rds-shop-2026-11-29-06-12")
    }

    @Test(arguments: [0, 951_782_399, 951_782_400, 1_795_932_720, 4_102_444_799])
    func momentsAreReadAsTheyAreWritten(seconds: Int) {
        #expect(UTCText.seconds(UTCText.text(seconds)) == seconds)
    }

    @Test(arguments: ["", "2026-11-29", "2026-11-29T06:12:00", "2026-02-30T06:12:00Z", "2026-11-29T06:12:60Z", "x"])
    func whatIsNoMomentIsNotRead(text: String) { #expect(UTCText.seconds(text) == nil) }
}
