import AWSServices
import AWSWire
import Foundation
package import Provisioning
package import Resources
import Stacks

// Commands inside running tasks (ECS Exec).
extension AWSCloudStack {
    package func openSession(
        in service: Observed, container: String, task: String?, running words: [String]
    ) async throws -> CloudPluginSession {
        guard case .ecsService(let settings) = service.settings else {
            throw Report("\(service.address) is no service", state: "nothing was started")
        }
        return try await reportingRefusals("run a command in a task of \(service.address)") {
            let found = try await runningTasks(of: settings)
            let chosen = try ExecTask.choose(task, of: found, container)
            let request = ECS.ExecuteCommandRequest(
                command: ExecTask.line(words), interactive: true, task: chosen.arn, cluster: settings.cluster.text,
                container: container)
            let answer = try await work.call(request)
            guard let session = answer.session, let url = session.streamUrl, let token = session.tokenValue else {
                throw Report("ECS opened no session in the task \(chosen.name)", state: "the command may run there")
            }
            let opened = SessionAnswer(sessionId: session.sessionId ?? "", streamUrl: url, tokenValue: token.reveal())
            return CloudPluginSession(
                task: chosen.name, answer: try SessionAnswer.text(opened),
                asked: try SessionAnswer.text(["Target": chosen.target(in: settings.cluster.text)]),
                endpoint: try endpoint(of: ECS.service))
        }
    }

    /// ECS describes so many tasks at a time.
    private static let batch = 100

    /// Those that ECS keeps for a service and that run, in no order.
    func runningTasks(of service: ECSServiceSettings) async throws -> [ECS.Task] {
        let work = work
        let request = ECS.ListTasksRequest(
            cluster: service.cluster.text, serviceName: service.name.text, desiredStatus: "RUNNING")
        let arns = try await work.fresh().lookAll(request).flatMap(\.taskArns)
        var tasks: [ECS.Task] = []
        for arns in arns.batches(of: Self.batch) {
            tasks += try await work.call(ECS.DescribeTasksRequest(tasks: arns, cluster: service.cluster.text)).tasks
        }
        return tasks.filter { $0.lastStatus == "RUNNING" }
    }

    /// As a URL.
    func endpoint(of service: ServiceModel) throws -> String {
        let settings = connection.client.settings
        do {
            let endpoint = try service.endpoint(region: connection.region, overrides: settings.endpoints)
            return "\(endpoint.scheme)://\(endpoint.host)\(endpoint.pathPrefix)"
        } catch { throw Report("\(error.url) is no address of \(service.name)", state: "a session may be open") }
    }
}

/// What a service says of a session that it has opened, in the words of AWS's program for sessions. Pure.
struct SessionAnswer: Encodable {
    let sessionId: String
    let streamUrl: String
    let tokenValue: String

    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// The task that a command goes to. Pure.
struct ExecTask: Equatable {
    var arn: String
    /// Of the container, by which Systems Manager knows the agent inside.
    var runtime: String

    var name: String { arn.split(separator: "/").last.map(String.init) ?? arn }

    /// As Systems Manager knows it: `ecs:shop_4711_4711-1`.
    func target(in cluster: String) -> String {
        "ecs:\(cluster.split(separator: "/").last.map(String.init) ?? "")_\(name)_\(runtime)"
    }

    /// - Parameter name: nil for the newest in which the agent runs.
    static func choose(
        _ name: String?, of tasks: [ECS.Task], _ container: String
    ) throws(Report) -> ExecTask {
        let newest = tasks.sorted { ($0.startedAt?.milliseconds ?? 0) > ($1.startedAt?.milliseconds ?? 0) }
        let asked = newest.filter { name == nil || $0.taskArn?.split(separator: "/").last.map(String.init) == name }
        guard !asked.isEmpty else {
            let names = newest.compactMap { $0.taskArn?.split(separator: "/").last.map(String.init) }
            throw Report(
                name.map { "no task \($0) of \(container) is running" } ?? "no task of \(container) is running",
                expected: names.isEmpty ? nil : names.joined(separator: ", "), state: "nothing was started",
                next: "`terrace status --on aws` says how its tasks are")
        }
        for task in asked {
            let inside = task.containers.first { $0.name == container }
            guard let arn = task.taskArn, let runtime = inside?.runtimeId, inside?.agent?.lastStatus == "RUNNING" else {
                continue
            }
            return ExecTask(arn: arn, runtime: runtime)
        }
        throw unreachable(asked, container)
    }

    private static func unreachable(_ tasks: [ECS.Task], _ container: String) -> Report {
        let agents = tasks.compactMap { task in task.containers.first { $0.name == container }?.agent }
        let reason = agents.compactMap(\.reason).first ?? agents.compactMap(\.lastStatus).first.map { "it is \($0)" }
        return Report(
            "ECS's agent runs in no task of \(container): \(reason ?? "they were started without it")",
            state: "nothing was started",
            next: "wait a minute if `exec: true` is new: only tasks that started since then have the agent; "
                + "it needs a way to ssmmessages, by NAT or endpoint")
    }

    /// As the agent takes it apart: by a shell's rules for words, without a shell.
    /// Source: amazon-ssm-agent, `session/shell`, which splits by google/shlex in containers, read 2026-11.
    static func line(_ words: [String]) -> String {
        words.map { word in
            let isPlain =
                !word.isEmpty
                && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,@%+".contains($0)) }
            return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
        }.joined(separator: " ")
    }
}

extension ECS.Container {
    fileprivate var agent: ECS.ManagedAgent? { managedAgents.first { $0.name == "ExecuteCommandAgent" } }
}
