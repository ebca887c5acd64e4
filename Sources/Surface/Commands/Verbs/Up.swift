import ArgumentParser
import LocalTarget
import Plans
import Stacks

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the stack, or change the running one to what the manifest says.",
        discussion: """
            Without --detach the stack runs in the foreground: Ctrl-C stops it
            gracefully, a second Ctrl-C at once.

            When the stack runs already on this machine, the difference to the manifest
            is shown, and applied when you agree.

            Without a terminal and without --yes changes are only shown, and the exit
            code is 2.

            On aws: the plan is shown and carried out when you agree. What is under way
            and what it waits for stays on screen; off a terminal it is a line for each
            event. A run that was stopped or failed is continued by the same command.
            The first Ctrl-C lets calls in flight finish, a second stops at once.

            Examples:
              terrace up
              terrace up --detach
              terrace up --environment staging --yes
              terrace up --on aws
              terrace up --on aws --yes --json > events.jsonl
            """)

    @OptionGroup var manifest: ManifestArgument

    @Flag(name: .shortAndLong, help: "Return when everything answers; the stack goes on.")
    var detach = false

    @Flag(help: "Apply changes without asking.")
    var yes = false

    @Flag(
        inversion: .prefixedNo,
        help: "On aws: return when everything is ready, or when everything exists.")
    var wait = true

    @Flag(help: "On aws: print the plan, the events and the outcome as lines of JSON.")
    var json = false

    @OptionGroup var replace: ReplaceOption
    @OptionGroup var lease: LeaseOption

    func validate() throws {
        let isLocal = manifest.stack.on == .local
        if isLocal, json || !wait || lease.breakLock || !replace.allowReplace.isEmpty {
            throw ValidationError("--json, --no-wait, --break-lock and --allow-replace need --on aws.")
        }
        if !isLocal, detach { throw ValidationError("--detach is for this machine; on aws there is --no-wait.") }
    }

    func run() async throws {
        let place = try manifest.place()
        let (stack, sources) = try place.checked()
        guard manifest.stack.on == .local else {
            return try await CloudUp(
                request: manifest.stack.request(stack), manifest: place.shownName, yes: yes, waits: wait, json: json,
                breaksLock: lease.breakLock, allowing: Set(replace.allowReplace))()
        }
        if let running = try await RunningStack.find(place.stackFolder) {
            return try await change(running, place, sources)
        }
        do {
            if detach {
                return try await DetachedRun(place: place, stack: stack)()
            }
            let run = SupervisedRun(place: place, stack: stack, sources: sources, signals: StopSignals())
            try await ForegroundRun(run: run)()
        } catch is SupervisedRun.AlreadyRunning {
            try await change(try await RunningStack.required(place), place, sources)
        }
    }

    private func change(_ running: RunningStack, _ place: ManifestPlace, _ sources: [ManifestSource]) async throws {
        let surroundings = Surroundings.current
        let text = ManifestText(sources, environment: place.environment)
        try await waitUntilStarted(running)
        let plan = try await running.client.plan(text)
        guard !plan.isEmpty else {
            surroundings.say("\(running.record.stack) runs as \(place.shownName) says: nothing to change")
            return
        }
        surroundings.output(plan.text)
        // What nothing on this machine carries out is no change here.
        let here = plan.changes.count { $0.effect != .elsewhere }
        guard here > 0 else { return }
        guard !plan.requiresRestart else {
            surroundings.say("nothing was changed; `terrace down`, then `terrace up` applies everything")
            throw ExitCode(2)
        }
        let count = Figures.number(here, "change")
        guard yes || surroundings.confirms("Apply \(count) to \(running.record.stack)?") else {
            surroundings.say("\(count) pending, nothing was changed; `terrace up --yes` applies without asking")
            throw ExitCode(2)
        }
        try await WatchedChange.watch(
            "the change goes on; `terrace status` shows the stack, `terrace plan` what is still to be changed"
        ) { sent in
            try await running.client.apply(text, sent: sent) { surroundings.say("  \($0.printable)") }
        }
        surroundings.say("\(running.record.stack) runs as \(place.shownName) says")
    }

    /// Somebody else may have started it a moment ago.
    private func waitUntilStarted(_ running: RunningStack) async throws {
        do {
            while try await running.client.status().phase == .starting {
                try await Task.sleep(for: .milliseconds(50))
            }
        } catch is ControlClient.NotRunning {
            throw Report(
                "\(running.record.stack) was started by somebody else and did not come up",
                next: "run the same command again")
        }
    }
}
