import Foundation
import NIOSSL
import Stacks
import Synchronization
import TestKit
import Testing
import TrafficRules

@testable import LocalTarget

/// What is told of an alarm, and what becomes of it on its way.
@Suite struct NoticeTests {
    static let notice = AlarmNotice(
        AlarmTransition(
            definition: AlarmDefinition(
                "errors", "1 in 20 requests fails in a task", [.init(.taskErrors, .sum)], .atLeast, 5, breaches: 3,
                of: 5), from: .ok, to: .alarm, value: 12.5,
            reason: "at least 5 in 3 of the last 5 minutes, 12.5 at last"),
        stack: "guestbook", at: Date(timeIntervalSince1970: 1_795_442_400))

    private static let quick = NoticeRetry(attempts: 3, first: .milliseconds(1), longest: .milliseconds(1))

    @Test func aWebhookGetsJSON() throws {
        let text = String(decoding: try Self.notice.json(), as: UTF8.self)
        #expect(
            text
                == #"{"alarm":"errors","previous":"OK","reason":"at least 5 in 3 of the last 5 minutes, 12.5 at last","#
                + #""stack":"guestbook","state":"ALARM","summary":"1 in 20 requests fails in a task","#
                + #""text":"ALARM guestbook errors: 1 in 20 requests fails in a task (at least 5 in 3 of the last 5 "#
                + #"minutes, 12.5 at last)","threshold":5,"time":"2026-11-23T14:00:00Z","value":12.5}"#)
    }

    @Test(arguments: [
        (1, true, 1), (2, true, 2), (3, true, 4), (7, true, 60), (8, true, nil), (1, false, nil),
    ])
    func triesAreFewAndFurtherAndFurtherApart(attempt: Int, mayPass: Bool, seconds: Int?) {
        let wait = NoticeRetry().wait(after: attempt, NoticeFailure("busy", mayPass: mayPass))
        #expect(wait == seconds.map { .seconds($0) })
    }

    @Test(arguments: [
        ("https://hooks.example.com/services/T0/B0/secret", "https://hooks.example.com/…"),
        ("https://user:secret@example.com/", "https://example.com/…"),
        ("http://localhost:9000/x", "http://localhost:9000/…"),
    ])
    func aLogDoesNotShowTheSecretOfAURL(url: String, name: String) {
        #expect(WebhookSender(url: url).name == name)
    }

    @Test func aBusyWebhookIsToldAgain() async throws {
        try await withTemporaryFolder { folder in
            try await NoticePeer.run(NoticePeer.webhook, in: folder, arguments: ["503", "429"]) { peer in
                let reports = Lines()
                let queue = NoticeQueue(
                    WebhookSender(url: "http://127.0.0.1:\(peer.port)/alarms?x=1"), retry: Self.quick,
                    report: reports.add)
                queue.add(Self.notice)
                #expect(await eventually { peer.heard.split(separator: "\n").count == 3 })
                #expect(await eventually { queue.problem == nil })
                let body = String(decoding: try Self.notice.json(), as: UTF8.self)
                #expect(peer.heard == String(repeating: "/alarms?x=1 application/json \(body)\n", count: 3))
                #expect(reports.all.isEmpty)
            }
        }
    }

    @Test(arguments: [
        (["404"], 1, "was not told `ALARM guestbook errors: 1 in 20 requests fails in a task`: answered 404"),
        (
            ["500", "500", "500"], 3,
            "was not told `ALARM guestbook errors: 1 in 20 requests fails in a task` after 3 tries: answered 500"
        ),
    ])
    func aWebhookThatRefusesIsGivenUpAndSaidSo(statuses: [String], posts: Int, report: String) async throws {
        try await withTemporaryFolder { folder in
            try await NoticePeer.run(NoticePeer.webhook, in: folder, arguments: statuses) { peer in
                let reports = Lines()
                let queue = NoticeQueue(
                    WebhookSender(url: "http://127.0.0.1:\(peer.port)/"), retry: Self.quick, report: reports.add)
                queue.add(Self.notice)
                #expect(await eventually { reports.all == [report] })
                #expect(peer.heard.split(separator: "\n").count == posts)
                #expect(queue.problem == "answered \(statuses[0])")
                // The next one is delivered all the same.
                queue.add(Self.notice)
                #expect(await eventually { queue.problem == nil })
            }
        }
    }

    @Test func nobodyWaitsForAReceiverThatHangs() async throws {
        let reports = Lines()
        let queue = NoticeQueue(HangingSender(), report: reports.add)
        // One is under way, or not yet; the queue holds 32 more.
        for _ in 0..<40 { queue.add(Self.notice) }
        #expect((7...8).contains(reports.all.count))
        #expect(reports.all.allSatisfy { $0.hasPrefix("gave up `ALARM guestbook errors") })
        queue.end()
    }

    // MARK: Mail

    @Test func aMailIsWholeAndItsPasswordGoesOverTLSOnly() async throws {
        try await withTemporaryFolder { folder in
            _ = try await EdgeStage.selfSigned(in: folder)
            let place = folder.path(percentEncoded: false)
            try await NoticePeer.run(NoticePeer.mail, in: folder, arguments: [place, "AUTH PLAIN LOGIN"]) { peer in
                let server = MailServer(
                    server: "localhost", port: peer.port, from: "terrace@example.com", user: "ops", password: "SMTP")
                let sender = MailSender(
                    server, to: ["a@example.com", "gone@example.com", "b@example.com"], password: Secret("swordfish"),
                    trust: .file("\(place)/certificate.pem"))
                try await sender.send(Self.notice)
                let lines = peer.heard.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                let login = Data("\0ops\0swordfish".utf8).base64EncodedString()
                #expect(
                    lines.prefix(9) == [
                        "EHLO localhost", "STARTTLS", "encrypted", "EHLO localhost", "AUTH PLAIN \(login)",
                        "MAIL FROM:<terrace@example.com>", "RCPT TO:<a@example.com>", "RCPT TO:<gone@example.com>",
                        "RCPT TO:<b@example.com>",
                    ])
                #expect(lines.contains("Subject: ALARM guestbook errors: 1 in 20 requests fails in a task"))
                #expect(lines.contains("Date: Mon, 23 Nov 2026 14:00:00 +0000"))
                #expect(lines.contains("at least 5 in 3 of the last 5 minutes, 12.5 at last"))
                #expect(lines.contains("."))
            }
        }
    }

    @Test func withoutTLSNothingIsSaidUnlessTheManifestAllowsIt() async throws {
        try await withTemporaryFolder { folder in
            try await NoticePeer.run(NoticePeer.mail, in: folder, arguments: ["-", "-"]) { peer in
                var server = MailServer(server: "127.0.0.1", port: peer.port, from: "terrace@example.com")
                let refused = await #expect(throws: NoticeFailure.self) {
                    try await MailSender(server, to: ["a@example.com"], password: nil).send(Self.notice)
                }
                #expect(refused?.mayPass == false)
                #expect(refused?.reason.hasPrefix("offers no encryption") == true)
                #expect(peer.heard == "EHLO localhost\n")
                server.security = .none
                try await MailSender(server, to: ["a@example.com"], password: nil).send(Self.notice)
                #expect(peer.heard.contains("MAIL FROM:<terrace@example.com>\nRCPT TO:<a@example.com>\nDATA\nFrom: "))
            }
        }
    }

    @Test func aServerWhoseCertificateNobodyKnowsGetsNothing() async throws {
        try await withTemporaryFolder { folder in
            _ = try await EdgeStage.selfSigned(in: folder)
            try await NoticePeer.run(
                NoticePeer.mail, in: folder, arguments: [folder.path(percentEncoded: false), "-"]
            ) { peer in
                let server = MailServer(server: "localhost", port: peer.port, from: "terrace@example.com")
                await #expect(throws: NoticeFailure.self) {
                    try await MailSender(server, to: ["a@example.com"], password: nil).send(Self.notice)
                }
                #expect(!peer.heard.contains("MAIL"))
            }
        }
    }

    @Test func theWholeWayFromAFigureToItsReceivers() async throws {
        try await withTemporaryFolder { folder in
            try await NoticePeer.run(NoticePeer.webhook, in: folder) { hook in
                try await NoticePeer.run(NoticePeer.mail, in: folder, arguments: ["-", "-"]) { mail in
                    let alarms = Alarms(
                        notify: ["http://127.0.0.1:\(hook.port)/secret", "ops@example.com"],
                        changes: ["slow": .set(threshold: 0, breaches: 1, periods: 1)],
                        mail: MailServer(
                            server: "127.0.0.1", port: mail.port, security: .none, from: "terrace@example.com"))
                    try await AlarmStage.run(alarms) { stage in
                        _ = try await runTool(["curl", "-sk", try await stage.url()])
                        #expect(await eventually { hook.heard.contains(#""state":"ALARM""#) })
                        #expect(await eventually { hook.heard.contains(#""previous":"ALARM""#) })
                        #expect(await eventually { mail.heard.contains("Subject: OK alarmed slow") })
                        let receivers = await stage.supervisor.status().receivers
                        #expect(receivers.map(\.name) == ["http://127.0.0.1:\(hook.port)/…", "127.0.0.1:\(mail.port)"])
                    }
                }
            }
        }
    }

    @Test func aPasswordThatIsNotThereIsSaid() async throws {
        let alarms = Alarms(
            notify: ["ops@example.com"],
            mail: MailServer(server: "smtp.example.com", from: "a@example.com", user: "ops", password: "NOT_GIVEN"))
        try await AlarmStage.run(alarms) { stage in
            #expect(await eventually { await stage.supervisor.status().receivers.first?.problem != nil })
            let receiver = try #require(await stage.supervisor.status().receivers.first)
            #expect(receiver.name == "ops@example.com")
            #expect(
                receiver.problem?.hasPrefix("cannot log in at smtp.example.com: the secret NOT_GIVEN has no value")
                    == true)
        }
    }
}

/// A mail's way, line by line.
@Suite struct SMTPDialogueTests {
    private static func dialogue(login: Bool = false, mustEncrypt: Bool = false, message: String = "hello\r\n")
        -> SMTPDialogue
    {
        SMTPDialogue(
            login: login ? .init(user: "ops", password: Secret("pw")) : nil, from: "t@example.com",
            to: ["a@example.com"], message: message, mustEncrypt: mustEncrypt)
    }

    private static func talk(_ dialogue: SMTPDialogue, _ replies: [String]) -> [String] {
        var dialogue = dialogue
        var reader = SMTPReplyReader()
        return replies.map { text in
            guard reader.add(Array("\(text)\r\n".utf8)), let reply = try? reader.next() else { return "no reply" }
            switch dialogue.heard(reply) {
            case .send(let line): return line
            case .encrypt: return "encrypt"
            case .done: return "done"
            case .fail(let failure): return "\(failure.mayPass ? "later" : "never"): \(failure.reason)"
            }
        }
    }

    @Test func dotsAtTheBeginningOfALineAreDoubled() {
        let said = Self.talk(
            Self.dialogue(message: ".hidden\r\nplain\r\n"), ["220 x", "250 x", "250 ok", "250 ok", "354 go", "250 ok"])
        #expect(said.suffix(2) == ["..hidden\r\nplain\r\n.\r\n", "done"])
    }

    @Test func theLoginIsInTheWayThatTheServerTakes() {
        let said = Self.talk(
            Self.dialogue(login: true), ["220 x", "250-x\r\n250 AUTH LOGIN", "334 UGFzc3dvcmQ6", "235 in"])
        #expect(said == ["EHLO localhost\r\n", "AUTH LOGIN b3Bz\r\n", "cHc=\r\n", "MAIL FROM:<t@example.com>\r\n"])
    }

    @Test(arguments: [
        (["421 too busy"], "later: refuses connections: 421 too busy"),
        (["220 x", "250 x", "250 ok", "550 who"], "never: refuses every receiver: 550 who"),
        (["220 x", "250 x", "250 ok", "451 wait"], "later: refuses every receiver: 451 wait"),
        (["220 x", "250 x", "250 ok", "250 ok", "354 go", "552 full"], "never: refuses the mail: 552 full"),
        (["HTTP/1.1 400 Bad Request"], "no reply"),
    ])
    func aRefusalIsPassedOn(replies: [String], last: String) {
        #expect(Self.talk(Self.dialogue(), replies).last == last)
    }
}

/// Takes a notice and never comes back before it is cancelled.
private struct HangingSender: NoticeSender {
    let name = "hanging"

    func send(_ notice: AlarmNotice) async throws(NoticeFailure) {
        do { try await Task.sleep(for: .seconds(3600)) } catch { throw NoticeFailure("cancelled", mayPass: false) }
    }
}

/// What was reported, in order.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    @Sendable func add(_ line: String) { lines.withLock { $0.append(line) } }
}
