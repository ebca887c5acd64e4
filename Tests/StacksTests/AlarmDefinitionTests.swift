import Stacks
import Testing

/// Which alarms a stack has, and what its manifest changes.
@Suite struct AlarmDefinitionTests {
    @Test func everyPartOfAStackHasItsAlarms() {
        let stack = Stack(
            name: "shop", edge: Edge(domain: "shop.example.com", origin: .public),
            services: [Service(name: "web"), Service(name: "mailer", routes: [])],
            database: Database(capacity: .serverless(min: 0.5, max: 8)))
        #expect(
            stack.alarmDefinitions.map(\.word) == [
                "slow", "errors", "unanswered", "web-errors", "web-unhealthy", "web-cpu", "web-memory", "mailer-cpu",
                "mailer-memory", "database-cpu", "database-connections", "database-lag", "database-capacity", "nat-a",
                "nat-b", "certificate",
            ])
    }

    @Test func everyJobHasAnAlarmThatTheManifestChangesLikeOthers() throws {
        let jobs = """
            jobs:
              report: { schedule: "30 3 * * *", command: ./report }
              tidy: { schedule: "0 0 1 * *", command: ./tidy }

            """
        let stack = try #require(check(Manifests.minimal + jobs).stack)
        #expect(stack.alarmDefinitions.map(\.word).suffix(2) == ["report-failed", "tidy-failed"])
        let quiet = check(Manifests.minimal + jobs + "alarms: { rules: { tidy-failed: none } }\n")
        #expect(quiet.diagnostics.isEmpty)
        #expect(quiet.stack?.alarmDefinitions.last?.word == "report-failed")
    }

    @Test func theManifestChangesSingleAlarms() throws {
        let result = check(
            Manifests.minimal
                + "alarms: { rules: { slow: { threshold: 0.25 }, errors: { breaches: 1, of: 2 }, web-cpu: none } }\n")
        #expect(result.diagnostics.isEmpty)
        let stack = try #require(result.stack)
        let alarms = Dictionary(stack.alarmDefinitions.map { ($0.word, $0) }) { first, _ in first }
        #expect(alarms["slow"]?.threshold == 0.25)
        #expect(alarms["slow"]?.breaches == 3)
        #expect(alarms["errors"]?.threshold == 5)
        #expect(alarms["errors"].map { [$0.breaches, $0.periods] } == [1, 2])
        #expect(alarms["web-cpu"] == nil)
        #expect(alarms["web-memory"] != nil)
    }

    @Test func receiversAreMailsAndURLs() throws {
        let result = check(
            Manifests.minimal
                + """
                alarms:
                  notify: [ops@example.com, https://hooks.example.com/x, "http://localhost:9000/y"]
                  mail: { server: smtp.example.com, from: terrace@example.com, user: ops, password: SMTP_PASSWORD }

                """)
        #expect(result.diagnostics.isEmpty)
        let alarms = try #require(result.stack?.alarms)
        #expect(alarms.mailAddresses == ["ops@example.com"])
        #expect(alarms.webhooks == ["https://hooks.example.com/x", "http://localhost:9000/y"])
        #expect(alarms.ownWebhooks == ["http://localhost:9000/y"])
        #expect(
            alarms.mail
                == MailServer(
                    server: "smtp.example.com", from: "terrace@example.com", user: "ops", password: "SMTP_PASSWORD"))
    }

    @Test func anAlarmOfEachServiceWithARouteJudgesItsDeployments() throws {
        let (web, mailer) = (Service(name: "web"), Service(name: "mailer", routes: []))
        var stack = Stack(name: "shop", services: [web, mailer])
        let alarm = try #require(stack.deploymentAlarm(of: web))
        #expect(stack.alarmDefinitions.contains(alarm))
        #expect(stack.deploymentAlarm(of: mailer) == nil)
        // What ECS waits for after the last task has taken over, and what no data means to it.
        #expect(alarm.period * alarm.periods == 180 && alarm.missing == .notBreaching)
        stack.alarms.changes = ["web-errors": .set(threshold: 50, breaches: nil, periods: nil)]
        #expect(stack.deploymentAlarm(of: web)?.threshold == 50)
        #expect(stack.deploymentAlarm(of: web)?.summary == "50 % of the requests to web fail in a task")
        stack.alarms.changes = ["web-errors": .off]
        #expect(stack.deploymentAlarm(of: web) == nil)
    }

    @Test func moreBreachesAskForMorePeriods() throws {
        let stack = try #require(check(Manifests.minimal + "alarms: { rules: { slow: { breaches: 9 } } }\n").stack)
        let slow = try #require(stack.alarmDefinitions.first { $0.word == "slow" })
        #expect([slow.breaches, slow.periods] == [9, 9])
    }
}
