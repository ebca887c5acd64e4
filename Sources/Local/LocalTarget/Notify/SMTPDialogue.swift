import Foundation
import Stacks

/// One mail's way to an SMTP server, as a state machine: told the server's replies, it says what to do next. Source: RFC 5321, RFC 3207
/// (STARTTLS), RFC 4954 (AUTH).
struct SMTPDialogue {
    struct Login: Sendable {
        var user: String
        var password: Secret
    }

    enum Step: Equatable {
        /// With its line end.
        case send(String)
        /// The handshake comes now; `encrypted` is called after it.
        case encrypt
        /// The server has the mail.
        case done
        case fail(NoticeFailure)
    }

    private enum Stage {
        case greeting, hello, encryption, password, name, secret, sender
        case receivers(Int)
        case data, body
    }

    private let login: Login?
    private let sender: String
    private let receivers: [String]
    private let message: String
    private var stage = Stage.greeting
    private var mustEncrypt: Bool
    private var capabilities: [String] = []
    private var accepted = 0
    private var lastRefusal: SMTPReply?

    /// - Parameter mustEncrypt: nothing but a greeting is said before STARTTLS has succeeded.
    init(login: Login?, from sender: String, to receivers: [String], message: String, mustEncrypt: Bool) {
        self.login = login
        self.sender = sender
        self.receivers = receivers
        self.message = message
        self.mustEncrypt = mustEncrypt
    }

    mutating func heard(_ reply: SMTPReply) -> Step {
        switch stage {
        case .greeting: return expect(reply, 220, "refuses connections") { $0.hello() }
        case .hello:
            return expect(reply, 250, "refuses EHLO") {
                $0.capabilities = reply.lines.dropFirst().map { $0.uppercased() }
                return $0.afterHello()
            }
        case .encryption: return expect(reply, 220, "refuses STARTTLS") { _ in .encrypt }
        case .name: return expect(reply, 334, "refuses the user") { $0.secret() }
        case .secret, .password: return expect(reply, 235, "refuses user and password") { $0.mailFrom() }
        case .sender: return expect(reply, 250, "refuses the sender \(sender)") { $0.receiver(0) }
        case .receivers(let index): return afterReceiver(index, reply)
        case .data:
            return expect(reply, 354, "refuses the mail") {
                $0.stage = .body
                return .send($0.message.withDotsDoubled + ".\r\n")
            }
        case .body: return expect(reply, 250, "refuses the mail") { _ in .done }
        }
    }

    /// The connection is encrypted now: what the server said before counts no more.
    mutating func encrypted() -> Step {
        mustEncrypt = false
        return hello()
    }

    private mutating func hello() -> Step {
        stage = .hello
        return .send("EHLO localhost\r\n")
    }

    private mutating func afterHello() -> Step {
        if mustEncrypt {
            guard capabilities.contains("STARTTLS") else {
                return .fail(
                    NoticeFailure(
                        "offers no encryption; `alarms: { mail: { security: … } }` says what it shall be",
                        mayPass: false))
            }
            stage = .encryption
            return .send("STARTTLS\r\n")
        }
        guard let login else { return mailFrom() }
        let ways = capabilities.first { $0.hasPrefix("AUTH ") }?.split(separator: " ").dropFirst() ?? []
        if ways.contains("PLAIN") {
            stage = .password
            return .send("AUTH PLAIN \(Self.coded("\0\(login.user)\0\(login.password.reveal())"))\r\n")
        }
        guard ways.contains("LOGIN") else {
            return .fail(NoticeFailure("takes no password: neither AUTH PLAIN nor AUTH LOGIN", mayPass: false))
        }
        stage = .name
        return .send("AUTH LOGIN \(Self.coded(login.user))\r\n")
    }

    private mutating func secret() -> Step {
        guard let login else { return mailFrom() }
        stage = .secret
        return .send("\(Self.coded(login.password.reveal()))\r\n")
    }

    private mutating func mailFrom() -> Step {
        stage = .sender
        return .send("MAIL FROM:<\(sender)>\r\n")
    }

    private mutating func receiver(_ index: Int) -> Step {
        stage = .receivers(index)
        return .send("RCPT TO:<\(receivers[index])>\r\n")
    }

    /// One receiver that is refused keeps the mail from no other.
    private mutating func afterReceiver(_ index: Int, _ reply: SMTPReply) -> Step {
        if reply.code / 100 == 2 { accepted += 1 } else { lastRefusal = reply }
        if index + 1 < receivers.count { return receiver(index + 1) }
        if accepted == 0, let lastRefusal { return .fail(lastRefusal.failure("refuses every receiver")) }
        stage = .data
        return .send("DATA\r\n")
    }

    private mutating func expect(
        _ reply: SMTPReply, _ code: Int, _ refusal: String, then next: (inout SMTPDialogue) -> Step
    ) -> Step {
        reply.code == code ? next(&self) : .fail(reply.failure(refusal))
    }

    private static func coded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

/// One reply: `250-…`, `250 …`.
struct SMTPReply: Equatable {
    var code: Int
    /// Without the code.
    var lines: [String]

    /// 4xx may pass, 5xx does not.
    func failure(_ what: String) -> NoticeFailure {
        NoticeFailure("\(what): \(code) \(lines.joined(separator: " ").prefix(200))", mayPass: code / 100 == 4)
    }
}

/// Replies out of the bytes of a connection.
struct SMTPReplyReader {
    /// Longest reply; RFC 5321 has lines of 512 bytes.
    static let limit = 64 << 10

    private var bytes: [UInt8] = []
    private var lines: [String] = []

    /// False when the peer says more than a reply can be.
    mutating func add(_ new: some Sequence<UInt8>) -> Bool {
        bytes += new
        return bytes.count <= Self.limit
    }

    /// What was received and not read; nothing may be, where an encryption begins (RFC 3207 §6: injected commands).
    var isEmpty: Bool { bytes.isEmpty && lines.isEmpty }

    /// The next whole reply; nil until it is there. Throws what is no reply.
    mutating func next() throws(NoticeFailure) -> SMTPReply? {
        while let end = bytes.firstIndex(of: 10) {
            let line = String(decoding: bytes[..<end], as: UTF8.self).trimmingCharacters(in: .newlines)
            bytes.removeSubrange(...end)
            guard let code = Int(line.prefix(3)), (200..<600).contains(code) else {
                throw NoticeFailure("does not speak SMTP: `\(line.prefix(80))`", mayPass: false)
            }
            lines.append(String(line.dropFirst(4)))
            guard line.dropFirst(3).first == "-" else {
                defer { lines = [] }
                return SMTPReply(code: code, lines: lines)
            }
            guard lines.count < 256 else { throw NoticeFailure("says more than a reply can be", mayPass: false) }
        }
        return nil
    }
}

extension String {
    /// A line that begins with a dot would end the mail (RFC 5321 §4.5.2).
    fileprivate var withDotsDoubled: String {
        split(separator: "\r\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(".") ? ".\($0)" : String($0) }.joined(separator: "\r\n")
    }
}
