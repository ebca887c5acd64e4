import ArgumentParser
import LocalTarget
import Processes

struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the application in a browser.",
        discussion: """
            Where there is no browser, the address is printed.

            Examples:
              terrace open
              terrace open --console
            """)

    @OptionGroup var manifest: ManifestArgument

    @Flag(help: "Open the console port, with status and metrics, instead.")
    var console = false

    func run() async throws {
        let surroundings = Surroundings.current
        let running = try await RunningStack.required(try manifest.localPlace())
        let edge = try await running.client.status().edge
        let address = console ? edge.consoleURL : edge.url
        surroundings.say(address)
        guard let opener = opener(surroundings) else { return }
        let child = try? ChildProcess.spawn(
            ChildProcess.Request(
                executable: opener, arguments: [address], environment: surroundings.environment, parentDeathSignal: 0))
        _ = await child?.waitForExit()
    }

    /// nil on a machine without a desktop.
    private func opener(_ surroundings: Surroundings) -> String? {
        #if os(macOS)
            return surroundings.program("open")
        #else
            let hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains { surroundings.environment[$0]?.isEmpty == false }
            return hasDesktop ? surroundings.program("xdg-open") : nil
        #endif
    }
}
