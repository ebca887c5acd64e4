import ArgumentParser
import Foundation
import LocalTarget
import Stacks

/// `up` without `--detach`: the stack runs in this process and ends with it.
struct ForegroundRun {
    let run: SupervisedRun

    func callAsFunction() async throws {
        let surroundings = Surroundings.current
        if surroundings.isOutputTerminal {
            try await live(surroundings)
        } else {
            try await plain(surroundings)
        }
    }

    /// One line for each event, the summary when all is ready.
    private func plain(_ surroundings: Surroundings) async throws {
        let style = surroundings.style
        let wasReady = try await run.run(
            SupervisedRun.Observer(
                event: { surroundings.say(surroundings.eventLine($0, style: style)) },
                launched: { _ in },
                ready: { surroundings.output(SummaryView(style: style).text(await $0.status())) },
                abandoned: { [stack = run.stack.fullName] in
                    surroundings.errors(StoppedStart.text(stack, atOnce: true) + "\n")
                }))
        try finish(wasReady, surroundings)
    }

    private func live(_ surroundings: Surroundings) async throws {
        let screen = LiveScreen(stack: run.stack.fullName, surroundings: surroundings, signals: run.signals)
        screen.open()
        let drawing = Task { await screen.draw() }
        let wasReady: Bool
        do {
            defer {
                drawing.cancel()
                screen.close()
            }
            wasReady = try await run.run(
                SupervisedRun.Observer(
                    event: { screen.add($0) }, launched: { screen.follow($0) }, ready: { _ in },
                    abandoned: { [stack = run.stack.fullName] in
                        screen.close()
                        surroundings.errors(StoppedStart.text(stack, atOnce: true) + "\n")
                    }))
        }
        try finish(wasReady, surroundings)
    }

    private func finish(_ wasReady: Bool, _ surroundings: Surroundings) throws {
        guard wasReady else {
            surroundings.errors(StoppedStart.text(run.stack.fullName, atOnce: false) + "\n")
            throw ExitCode(130)
        }
        surroundings.say("\(run.stack.fullName) has stopped; `terrace up` starts it again, its data is kept")
    }
}
