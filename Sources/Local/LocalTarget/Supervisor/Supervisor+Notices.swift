import Foundation
import Stacks
import TrafficRules

/// Who is told of alarms.
extension Supervisor {
    /// At the start, and whenever the manifest in force is another one.
    func adoptReceivers() {
        guard stack.alarms.notify != receivers.alarms?.notify || stack.alarms.mail != receivers.alarms?.mail else {
            return
        }
        for queue in receivers.queues { queue.end() }
        receivers = Receivers(alarms: stack.alarms)
        for url in stack.alarms.webhooks { addReceiver(WebhookSender(url: url)) }
        let addresses = stack.alarms.mailAddresses
        guard !addresses.isEmpty else { return }
        guard let server = stack.alarms.mail else {
            receivers.untold = addresses.map {
                NoticeStatus(name: $0, problem: "this machine sends no mail without `alarms: { mail: … }`")
            }
            return
        }
        do {
            let password = try server.password.map { name in
                try SecretStore(folder: folder.url.appending(path: "secrets"))
                    .resolve([name], environment: environment)[name]
            }
            addReceiver(MailSender(server, to: addresses, password: password ?? nil))
        } catch {
            let missing = (error as? MissingSecrets).map { "\($0.summary); \($0.next)" }
            let problem = "cannot log in at \(server.server): \(missing ?? "\(error)")"
            receivers.untold = addresses.map { NoticeStatus(name: $0, problem: problem) }
            say("notify", problem, .warning)
        }
    }

    private func addReceiver(_ sender: some NoticeSender) {
        let name = sender.name
        receivers.queues.append(
            NoticeQueue(sender, retry: alarmPace.retry) { [weak self] text in
                self?.say("notify", "\(name) \(text)", .warning)
            })
    }

    /// Never waits for any of them.
    func notify(_ transition: AlarmTransition) {
        let notice = AlarmNotice(transition, stack: stack.fullName, at: Date())
        for queue in receivers.queues { queue.add(notice) }
    }

    func receiverStatuses() -> [NoticeStatus] {
        receivers.queues.map { NoticeStatus(name: $0.name, problem: $0.problem) } + receivers.untold
    }
}

/// Whom the supervisor tells, and on whose word.
struct Receivers {
    var alarms: Alarms?
    var queues: [NoticeQueue] = []
    var untold: [NoticeStatus] = []
}
