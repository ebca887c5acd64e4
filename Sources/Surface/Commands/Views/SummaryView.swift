import LocalTarget

/// What `up` says when everything answers: where it is, what runs, how to stop it.
struct SummaryView {
    var style: TextStyle

    func text(_ status: StackStatus) -> String {
        var rows = [("url", style.bold(status.edge.url)), ("http", "\(status.edge.redirectURL) redirects there")]
        if let authority = status.edge.certificateAuthority {
            rows.append(("trust", "curl --cacert \(authority) \(status.edge.url)"))
        }
        for service in status.services {
            let tasks = service.tasks.map { "\($0.id) in zone \($0.zone) on port \($0.port)" }
            rows.append((service.name, tasks.joined(separator: ", ")))
        }
        if let database = status.database {
            rows.append(("writer", database.writerEndpoint))
            rows.append(("reader", "\(database.readerEndpoint), PostgreSQL \(database.version)"))
        }
        rows.append(("console", status.edge.consoleURL))
        rows.append(("next", "`terrace status`, `terrace logs --follow`; `terrace down` stops it"))
        let width = rows.map(\.0.count).max() ?? 0
        let lines = rows.map { "  \(style.dim($0.0.padding(to: width)))  \($0.1)" }
        let title = "\(style.bold(status.stack)) is \(status.phase.rawValue)"
        return ([title] + lines).joined(separator: "\n") + "\n"
    }
}
