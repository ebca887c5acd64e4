/// Where a rule sends clients.
enum RedirectKeys {
    private static let standard = Redirect()

    static let scheme = Field(
        "protocol", .text(.redirectProtocol), default: standard.scheme, "HTTP, HTTPS or #{protocol}.")
    static let host = Field(
        "host", .text(.redirectHost), default: standard.host, "A host name; #{host} is the request's own.")
    static let port = Field(
        "port", .text(.redirectPort), default: standard.port, "A port; #{port} is the request's own.")
    static let path = Field(
        "path", .text(.redirectPath), default: standard.path,
        "A path; #{path} is the request's own without its first /, #{host} and #{port} may stand in it too.")
    static let query = Field(
        "query", .text(.redirectQuery), default: standard.query,
        "What follows the ?; #{query} is the request's own, \"\" leaves it out.")
    static let status = Field(
        "status", .integer(among: [301, 302]), default: standard.status, "301 for good, 302 for now.")

    static let all: [any ManifestKey] = [scheme, host, port, path, query, status]

    static let shape: Shape<Redirect> = .section(all) { section, report in
        let redirect = Redirect(
            scheme: section.read(scheme, &report), host: section.read(host, &report), port: section.read(port, &report),
            path: section.read(path, &report), query: section.read(query, &report),
            status: section.read(status, &report))
        // By what is written: a mistake in it has been told, and reads as if it were left out.
        let changesSomething = [scheme, host, port, path].contains {
            section.has($0) && section.place(of: $0).text != $0.fallback
        }
        if !changesSomething {
            report.error(
                section.found, "leads to where the request was", allowed: "another protocol, host, port or path")
        }
        return redirect
    }
}

enum FixedAnswerKeys {
    private static let standard = FixedAnswer(status: 200)

    static let status = Field(
        "status",
        Shape<Int>.integer(in: 200...599).refusing(allowed: "200 to 299 or 400 to 599") {
            (300...399).contains($0) ? "sends nobody anywhere" : nil
        }, required: 404, "The status.")
    static let type = Field(
        "type", Shape<FixedAnswer.ContentType>.choice, default: standard.contentType, "The body's type.")
    static let body = Field("body", .text(.answerBody), default: standard.body, "At most 1024 bytes.")

    static let all: [any ManifestKey] = [status, type, body]

    static let shape: Shape<FixedAnswer> = .section(all) { section, report in
        FixedAnswer(
            status: section.read(status, &report), contentType: section.read(type, &report),
            body: section.read(body, &report))
    }
}
