import AWSServices
import AWSWire
import Resources

/// What a look at a service says about its deployment. AWS's own waiter never notices a deployment that failed, so this reads
/// what ECS gives as reasons.
enum Rollout: Equatable {
    case steady
    /// What is being waited for.
    case underWay(String)
    case failed(String)
    case leaving

    /// So many tasks may end before one has ever run: a role or a secret may not be visible everywhere yet.
    static let forgivenTasks = 2

    /// How a failure begins that ECS no longer gives a reason for.
    static let wentBack = "ECS went back"

    init(_ service: ECS.Service, wanted taskDefinition: String) {
        switch service.status {
        case "DRAINING"?, "INACTIVE"?: self = .leaving
        default:
            let deployments = service.deployments
            let ours = deployments.filter { $0.taskDefinition == taskDefinition }
            if let failed = ours.first(where: { $0.rolloutState == "FAILED" }) {
                self = .failed(failed.rolloutStateReason ?? "ECS gave the deployment up")
            } else if let primary = deployments.first(where: { $0.status == "PRIMARY" }) {
                self = Rollout(primary, of: service, isOurs: primary.taskDefinition == taskDefinition)
            } else {
                self = .underWay("no deployment yet")
            }
        }
    }

    private init(_ primary: ECS.Deployment, of service: ECS.Service, isOurs: Bool) {
        let running = primary.runningCount ?? 0
        let desired = primary.desiredCount ?? 0
        let failed = primary.failedTasks ?? 0
        if !isOurs {
            self = .failed("\(Rollout.wentBack) to \(Rollout.shortName(primary.taskDefinition)) by itself")
        } else if failed > Rollout.forgivenTasks, running == 0 {
            self = .failed("\(failed) tasks have ended and none runs")
        } else if primary.rolloutState == "COMPLETED" || primary.rolloutState == nil,
            running >= desired, service.deployments.count == 1
        {
            self = .steady
        } else {
            let ended = failed == 0 ? "" : ", \(failed) ended"
            let isCanary = service.deploymentConfiguration?.strategy == .canary
            let fate = isCanary ? "stand by" : "are draining"
            let old = service.deployments.count > 1 ? ", old tasks \(fate)" : ""
            let event = running == 0 ? Rollout.lastEvent(service).map { ": \($0)" } ?? "" : ""
            let isWatched = running >= desired && service.deploymentConfiguration?.alarms?.enable == true
            let watch = isWatched ? ", ECS watches its alarms" : ""
            self = .underWay("\(running) of \(desired) tasks run\(ended)\(old)\(watch)\(event)")
        }
    }

    /// `guestbook-web:7`
    static func shortName(_ arn: String?) -> String {
        arn.flatMap { $0.split(separator: "/").last.map(String.init) } ?? "an earlier revision"
    }

    /// The newest, without the service's name that each begins with.
    static func lastEvent(_ service: ECS.Service) -> String? {
        guard let message = service.events.first?.message else { return nil }
        guard message.hasPrefix("(service "), let end = message.firstIndex(of: ")") else { return message }
        return String(message[message.index(after: end)...].drop { $0 == " " })
    }
}
