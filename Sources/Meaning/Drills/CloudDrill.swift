/// What a drill is where AWS runs the tiers.
package enum CloudDrill: Sendable, Equatable {
    /// What is done there by AWS's own interfaces, as a sentence without a full stop.
    case done(String)
    /// Why it can be held on this machine only.
    case onlyHere(String)
}

extension DrillName {
    /// Source: the ECS and RDS API references, read 2026-11.
    package var cloud: CloudDrill {
        switch self {
        case .task: .done("stops one task (ECS StopTask)")
        case .zone: .done("stops every task of one zone, also those that ECS starts there anew (ECS StopTask)")
        case .writer: .done("has Aurora make the reader the writer (RDS FailoverDBCluster)")
        case .reader: .done("restarts the database's reader (RDS RebootDBInstance)")
        case .writerHang: .onlyHere("nobody can stop a process of Aurora's without ending it")
        case .badDeploy:
            .done("deploys a version that cannot start, which ECS's circuit breaker takes back (ECS UpdateService)")
        case .connectionExhaustion: .onlyHere("no connection from outside of the stack's network reaches its database")
        case .cacheStampede: .onlyHere("CloudFront's many places have a cache each, and none can be asked alone")
        case .slowStart: .onlyHere("nobody can freeze a task of Fargate's")
        case .rotation:
            .done("gives the application a new password and starts its tasks anew (RDS Data API, ECS UpdateService)")
        case .restore:
            .done(
                "restores the database to a moment in the past, as a copy beside the running one "
                    + "(RDS RestoreDBClusterToPointInTime), and counts rows of the drill's own in it (RDS Data API)")
        case .fullDisk: .onlyHere("Aurora's storage grows by itself")
        }
    }

    /// How long a drill in the cloud is watched, and what is broken stays so, unless somebody says otherwise.
    package var cloudHold: Duration {
        switch self {
        case .zone: .seconds(60)
        default: .seconds(20)
        }
    }
}

extension Hypothesis {
    /// What AWS's services promise, and what users may notice of it. The load goes through the edge alone.
    ///
    /// Source: Aurora's guide, "High availability" (failover typically within 30 s; the reader restarts as well), and the
    /// defaults of target groups and Fargate, read 2026-11.
    package static func inCloud(_ drill: DrillName, hasReader: Bool) -> Hypothesis {
        switch drill {
        case .task:
            Hypothesis(
                text:
                    "Nobody notices that a task is stopped: it leaves the load balancer first, and ECS starts another.",
                predictions: [.failedReads(atMost: 0), .failedWrites(atMost: 0), .failovers(0), .whole(within: 240)])
        case .zone:
            Hypothesis(
                text: "The other zones' tasks serve, and ECS brings the lost ones back.",
                predictions: [.failedReads(atMost: 0), .failedWrites(atMost: 0), .failovers(0), .whole(within: 420)])
        case .writer:
            Hypothesis(
                text: "The reader becomes the writer within a minute.",
                predictions: [
                    .readsBack(within: 60), .writesBack(within: 60), .failovers(hasReader ? 1 : 0), .whole(within: 420),
                ])
        case .reader:
            Hypothesis(
                text: "Writes go on while the reader restarts, and reads are back within a minute.",
                predictions: [
                    .readsBack(within: 60), .failedWrites(atMost: 0), .failovers(0), .whole(within: 420),
                ])
        case .rotation:
            Hypothesis(
                text: "A new password of the application's role is noticed by nobody.",
                predictions: [.failedReads(atMost: 0), .failedWrites(atMost: 0), .failovers(0), .whole(within: 240)])
        case .badDeploy:
            Hypothesis(
                text: "Nobody notices a version that cannot run: ECS takes it back, and the running release goes on.",
                predictions: [
                    .failedReads(atMost: 0), .failedWrites(atMost: 0), .failovers(0), .versionGivenUp,
                    .whole(within: 420),
                ])
        case .restore:
            Hypothesis(
                text: "The database can be had as it was at any second, while it goes on.",
                predictions: [
                    .restoredExactly, .failedReads(atMost: 0), .failedWrites(atMost: 0), .failovers(0),
                    .whole(within: 240),
                ])
        default: .of(drill, hasReader: hasReader)
        }
    }
}
