import AWSServices
import AWSWire
import Foundation
package import Provisioning
package import Resources
import Stacks

// A way to the database through a task: the data subnets have none from outside.
extension AWSCloudStack {
    package func openForward(
        through services: [Observed], to host: String, port: String
    ) async throws -> CloudPluginSession {
        try await reportingRefusals("open a way to \(host)") {
            let (task, cluster) = try await reachableTask(of: services)
            let asked = ForwardRequest(target: task.target(in: cluster), host: host, port: port)
            let answer = try await work.call(asked.call)
            guard let url = answer.streamUrl, let token = answer.tokenValue else {
                throw Report("Systems Manager opened no session in the task \(task.name)", state: "nothing was started")
            }
            let opened = SessionAnswer(sessionId: answer.sessionId ?? "", streamUrl: url, tokenValue: token)
            return CloudPluginSession(
                task: task.name, answer: try SessionAnswer.text(opened), asked: try SessionAnswer.text(asked),
                endpoint: try endpoint(of: SSM.service))
        }
    }

    /// The newest in which the agent runs, of the first service that has one.
    private func reachableTask(of services: [Observed]) async throws -> (task: ExecTask, cluster: String) {
        var reason = Report("no service lets anybody into its tasks", state: "nothing was started")
        for service in services {
            guard case .ecsService(let settings) = service.settings else { continue }
            let container = service.address.text.split(separator: ".").last.map(String.init) ?? ""
            let tasks = try await runningTasks(of: settings)
            do throws(Report) {
                return (try ExecTask.choose(nil, of: tasks, container), settings.cluster.text)
            } catch { reason = error }
        }
        throw reason
    }
}

/// What Systems Manager is asked for, and the AWS CLI tells its program: the agent in a task connects to the host, and the program
/// opens a port here for it. Pure.
struct ForwardRequest: Encodable, Equatable {
    /// Source: the document's own text, read 2026-11. It knows `localPortNumber`, too; without it the program chooses a free one.
    private static let document = "AWS-StartPortForwardingSessionToRemoteHost"

    private enum CodingKeys: String, CodingKey {
        case target = "Target"
        case document = "DocumentName"
        case parameters = "Parameters"
        case reason = "Reason"
    }

    let target: String
    let document: String
    let parameters: [String: [String]]
    /// Shown in the account's history of sessions.
    let reason: String

    init(target: String, host: String, port: String) {
        self.target = target
        document = Self.document
        parameters = ["host": [host], "portNumber": [port]]
        reason = "terrace db connect"
    }

    var call: SSM.StartSessionRequest {
        SSM.StartSessionRequest(target: target, documentName: document, reason: reason, parameters: parameters)
    }
}
