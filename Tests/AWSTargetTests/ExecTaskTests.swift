import AWSServices
import AWSWire
import Stacks
import Testing

@testable import AWSTarget

/// Which task a command goes to, and how it is written.
struct ExecTaskTests {
    private static func task(_ name: String, started: Int, agent: String?, reason: String? = nil) -> ECS.Task {
        var container = ECS.Container(slots: Slots())
        container.name = "web"
        container.runtimeId = "\(name)-1"
        if let agent {
            var inside = ECS.ManagedAgent(slots: Slots())
            (inside.name, inside.lastStatus, inside.reason) = ("ExecuteCommandAgent", agent, reason)
            container.managedAgents = [inside]
        }
        var task = ECS.Task(slots: Slots())
        task.taskArn = "arn:aws:ecs:us-east-1:123456789012:task/shop/\(name)"
        task.startedAt = Moment(seconds: started)
        task.containers = [container]
        return task
    }

    private static let tasks = [
        task("old", started: 1, agent: "RUNNING"), task("new", started: 2, agent: "RUNNING"),
        task("newest", started: 3, agent: "PENDING"),
    ]

    @Test(arguments: [(nil, "new"), ("old", "old")] as [(String?, String)])
    func theNewestThatCanBeReachedIsTaken(asked: String?, taken: String) throws {
        let chosen = try ExecTask.choose(asked, of: Self.tasks, "web")
        #expect(chosen.name == taken && chosen.runtime == "\(taken)-1")
    }

    @Test(
        arguments: [
            ("4711", tasks, "no task 4711 of web is running"), (nil, [], "no task of web is running"),
            ("newest", tasks, "ECS's agent runs in no task of web: it is PENDING"),
            (
                nil, [task("bare", started: 1, agent: nil)],
                "ECS's agent runs in no task of web: they were started without it"
            ),
            (
                nil, [task("ill", started: 1, agent: "STOPPED", reason: "no way out")],
                "ECS's agent runs in no task of web: no way out"
            ),
        ] as [(String?, [ECS.Task], String)])
    func whatCannotBeReachedIsSaid(asked: String?, tasks: [ECS.Task], said: String) {
        let error = #expect(throws: Report.self) { try ExecTask.choose(asked, of: tasks, "web") }
        #expect(error?.what == said)
    }

    @Test(arguments: [
        (["sh"], "sh"), (["./guestbook", "migrate", "--to=3"], "./guestbook migrate --to=3"),
        (["sh", "-c", "echo $HOME; ls"], "sh -c 'echo $HOME; ls'"), (["echo", "it's", ""], "echo 'it'\\''s' ''"),
        (["echo", "é"], "echo 'é'"),
    ])
    func wordsStayWords(words: [String], line: String) {
        #expect(ExecTask.line(words) == line)
    }
}
