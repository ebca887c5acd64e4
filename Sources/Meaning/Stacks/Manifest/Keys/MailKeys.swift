/// How this machine sends mail.
enum MailKeys {
    private static let standard = MailServer(server: "", from: "")

    static let server = Field("server", .text(.host), required: "", "Its name or address.")
    static let port = Field("port", .integer(in: 1...65_535), default: standard.port, "465 with `security: tls`.")
    static let security = Field(
        "security", Shape<MailServer.Security>.choice, default: standard.security,
        "starttls and tls send nothing over a connection that is not encrypted.")
    static let from = Field("from", .text(.mailAddress), required: "", "Who the mails are from.")
    static let user = Field(
        "user", Shape<String>.text(.anyText).optional, default: nil, "Who logs in; without it nobody does.")
    static let password = Field(
        "password", Shape<String>.text(.variable).optional, default: nil,
        "The name of the secret that is the password, never the password itself.")

    static let all: [any ManifestKey] = [server, port, security, from, user, password]

    static let shape: Shape<MailServer> = .section(all) { section, report in
        let mail = MailServer(
            server: section.read(server, &report), port: section.read(port, &report),
            security: section.read(security, &report), from: section.read(from, &report),
            user: section.read(user, &report), password: section.read(password, &report))
        if (mail.user == nil) != (mail.password == nil) {
            let missing = mail.user == nil ? "user" : "password"
            report.error(section.found, "has no `\(missing)`", allowed: "both of `user` and `password`, or neither")
        }
        if mail.password != nil, mail.security == .none {
            report.error(
                section.place(of: security), "would send the password for everybody to read",
                allowed: "starttls or tls, or no `user` and no `password`")
        }
        return mail
    }
}
