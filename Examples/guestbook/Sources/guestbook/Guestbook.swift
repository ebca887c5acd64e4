import Foundation
import Hummingbird
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `guestbook` serves; `guestbook migrate` brings the database's schema up to date and ends.
@main
struct Guestbook {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            let settings = try Settings(environment: ProcessInfo.processInfo.environment)
            switch arguments {
            case []: try await serve(settings)
            case ["migrate"]: try await migrate(settings)
            default: throw Settings.Mistake("usage: guestbook [migrate]")
            }
        } catch {
            FileHandle.standardError.write(Data("guestbook: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func serve(_ settings: Settings) async throws {
        let assets = try StaticAssets(folder: settings.assets)
        let poller = try SocketPoller()
        let store = MessageStore(
            writer: ConnectionPool(role: .writer, connectionInfo: settings.writer, poller: poller),
            reader: ConnectionPool(role: .reader, connectionInfo: settings.reader, poller: poller))
        let logger = settings.logger
        let application = Application(
            router: routes(store: store, assets: assets, place: settings.place),
            configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port)),
            logger: logger)
        try await application.runService()
    }

    private static func migrate(_ settings: Settings) async throws {
        let writer = ConnectionPool(role: .writer, connectionInfo: settings.writer, poller: try SocketPoller())
        for migration in try await Migrator(writer: writer).run() {
            print("migrated \(migration)")
        }
        print("the schema is up to date")
    }
}
