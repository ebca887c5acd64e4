/// The SMTP server that takes this machine's mails.
package struct MailServer: Sendable, Equatable {
    package enum Security: String, Sendable, Equatable, CaseIterable {
        /// Encrypted from the server's greeting on, or not at all sent.
        case starttls
        /// Encrypted from the first byte.
        case tls
        case none
    }

    package var server: String
    package var port: Int
    package var security: Security
    package var from: String
    package var user: String?
    /// The name of the secret that is the password; never the password.
    package var password: String?

    package init(
        server: String, port: Int = 587, security: Security = .starttls, from: String, user: String? = nil,
        password: String? = nil
    ) {
        self.server = server
        self.port = port
        self.security = security
        self.from = from
        self.user = user
        self.password = password
    }
}

extension Alarms {
    package var mailAddresses: [String] { notify.filter { !$0.hasPrefix("http") } }
    package var webhooks: [String] { notify.filter { $0.hasPrefix("http") } }
    /// URLs that only this machine reaches.
    package var ownWebhooks: [String] { notify.filter { $0.hasPrefix("http://") } }
}
