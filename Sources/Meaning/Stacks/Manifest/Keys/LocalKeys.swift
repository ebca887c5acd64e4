enum LocalKeys {
    private static let standard = LocalPorts()

    static let https = Field("https", .integer(in: 1...65_535), default: standard.https, "The application.")
    static let http = Field("http", .integer(in: 1...65_535), default: standard.http, "Redirects to https.")
    static let console = Field("console", .integer(in: 1...65_535), default: standard.console, "Console and metrics.")

    static let all: [any ManifestKey] = [https, http, console]

    static let shape: Shape<LocalPorts> = .section(all) { section, report in
        let ports = LocalPorts(
            https: section.read(https, &report), http: section.read(http, &report),
            console: section.read(console, &report))
        var owners: [Int: String] = [:]
        for (field, port) in [(https, ports.https), (http, ports.http), (console, ports.console)] {
            if let owner = owners[port] {
                report.error(
                    section.place(of: field), "\(port) is the port of \(owner)", allowed: "three different ports")
            }
            owners[port] = owners[port] ?? field.name
        }
        return ports
    }
}
