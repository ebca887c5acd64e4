import Foundation
import NIOCore
import NIOSSL
import Processes
import Stacks
import Streams
import TrafficRules

extension Supervisor {
    /// Starts everything, as much as possible at the same time: ports and certificates beside the database, the tasks as
    /// soon as the writer accepts, the database's reader beside the tasks.
    func bringUp() async throws {
        say("stack", "starting \(stack.fullName)")
        try JobKeeper.check(stack.jobs)
        try folder.create()
        await endStrays()
        let secrets = try SecretStore(folder: folder.url.appending(path: "secrets"))
        let authority = try edgeAuthority()
        try publish(authority)
        try await startEdge(authority, secrets)
        try await startConsole()
        try Task.checkCancellation()
        try await startDatabase(secrets)
        await endDrillLeftBehind()
        try Task.checkCancellation()
        try await startTasks(secrets)
        await firewallLoading?.value
        if let problem = parts.firewall?.problem { say("firewall", problem.message, .warning) }
        becomeRunning()
        watchScaling()
        watchAlarms()
        await parts.jobs?.begin()
        say(
            "stack",
            "ready after \(Diagnosis.text(ContinuousClock.now - startedInstant))")
    }

    /// What a supervisor that was killed has left running.
    private func endStrays() async {
        let ended = await StrayProcesses(stackFolder: folder.url.path(percentEncoded: false)).end()
        if !ended.isEmpty {
            say("stack", "ended \(ended.count) processes that an earlier supervisor left behind", .warning)
        }
    }

    /// For `curl --cacert` and the machine's trust store.
    func publish(_ authority: CertificateAuthority) throws {
        let path = folder.path("ca.pem")
        if (try? String(contentsOfFile: path, encoding: .utf8)) != authority.certificatePEM {
            try authority.certificatePEM.write(toFile: path, atomically: true, encoding: .utf8)
        }
        parts.authorityFile = path
    }

    private func startEdge(_ authority: CertificateAuthority, _ secrets: SecretStore) async throws {
        let tls = try edgeCertificate(authority)
        let (news, continuation) = AsyncStream<HealthNews>.makeStream()
        parts.healthNews = continuation
        let balancer = LoadBalancer(eventLoop: loops[0]) { task, result in
            continuation.yield(HealthNews(task: task, result: result))
        }
        balancer.setServices(stack.services, stack.balancer)
        parts.balancer = balancer
        let firewall = FirewallTier(
            stack.edge.firewall, loops: loops.count, folder: folder.url.appending(path: "firewall"),
            logFolder: folder.access)
        parts.firewall = firewall
        let configuration = EdgeTier.Configuration(
            ports: stack.local, tls: tls, balancerName: "app/\(stack.fullName)/local", cacheRules: stack.edge.cache,
            cacheFolder: cacheFolder(), logFolder: folder.access, firewall: firewall,
            stickySeal: StickySeal(secret: try secrets.generate("balancer/sticky")))
        do {
            parts.edge = try await EdgeTier.start(on: loops, configuration, groups: balancer.groups)
        } catch let refused as PortRefused {
            throw Report(refused, stack: stack, manifest: manifest)
        }
        Task { for await each in news { await self.hear(each) } }
        // The port is open and answers 503 until the rules are there; the rest of the start goes on meanwhile.
        firewallLoading = Task { await firewall.load() }
        say("edge", "listens on \(url)")
    }

    /// Without it the stack runs, too.
    private func cacheFolder() -> ObjectFolder? {
        do {
            return try ObjectFolder(folder.url.appending(path: "cache")) { [weak self] line in
                self?.say("edge", line, .warning)
            }
        } catch {
            say("edge", "keeps no large answers: \(error)", .warning)
            return nil
        }
    }

    private func hear(_ news: HealthNews) async {
        switch news.result {
        case .healthy: await parts.tasks?.taskBecameHealthy(news.task)
        case .failing(let failure): await parts.tasks?.taskBecameUnhealthy(news.task, HealthFailure(failure))
        case .ejected(let time, let failures):
            say(
                news.task,
                "gets no requests for \(Diagnosis.text(time)): \(failures) failed in a row, though it passes its health checks",
                .warning)
        }
    }

    private func startConsole() async throws {
        do {
            parts.console = try await Listener.start(on: [loops[0]], .init(port: stack.local.console)) { _ in
                (ConsoleLoop { [weak self] path in await self?.page(path) }, LoopClock())
            }
        } catch let refused as PortRefused {
            throw Report(refused, stack: stack, manifest: manifest)
        }
    }

    private func startDatabase(_ secrets: SecretStore) async throws {
        guard let wanted = stack.database else { return }
        let authority = try databaseAuthority()
        let certificate = try databaseCertificate(authority)
        let owner = stack.databaseName
        let login = try secrets.get(Supervisor.loginName)?.reveal() ?? owner
        let password = try secrets.generate(Supervisor.passwordName(of: login, owner: owner))
        let database = DatabaseTier(
            configuration: DatabaseConfiguration(
                folder: folder.path(StackFolder.database), zones: zones, readers: wanted.readers,
                serverCertificatePEM: certificate.certificatePEM, serverKeyPEM: certificate.keyPEM,
                authorityPEM: authority.certificatePEM,
                replicationPassword: try secrets.generate("database/replication"), applicationPassword: password,
                applicationRole: owner, login: login, databaseName: owner, backups: wanted.backups,
                log: { [self] line in say("database", line) }))
        parts.database = database
        try await database.start()
        parts.databaseAccess = .init(environment: await database.environment(), password: password)
    }

    private func startTasks(_ secrets: SecretStore) async throws {
        guard let balancer = parts.balancer else { return }
        let caller = environment
        let tasks = try TaskSupervisor(
            settings: .init(
                stackFolder: folder.url, manifestFolder: folder.manifestFolder,
                logsFolder: folder.logs, zones: zones, environment: caller),
            traffic: balancer, secrets: { try secrets.resolve($0, environment: caller) },
            watch: { [self] event in say(event.subject, event.text) })
        parts.tasks = tasks
        await tasks.removeOldCgroups()
        await startJobs(tasks)
        try await adoptScales(of: stack.services)
        await tasks.apply(stack.services, database: parts.databaseAccess)
        let problems = await tasks.waitForOutcome()
        try Task.checkCancellation()
        if !problems.isEmpty { throw Report(problems, of: stack.fullName) }
    }

    /// None is due before the stack is ready.
    private func startJobs(_ tasks: TaskSupervisor) async {
        let jobs = JobKeeper(
            file: folder.path("jobs.json"), carry: { [tasks] job, each in try await tasks.run(job, each: each) },
            say: { [self] subject, message, level in say(subject, message, level) })
        parts.jobs = jobs
        await jobs.adopt(stack.jobs)
    }

    /// `a`, `b`, …
    var zones: [String] { (0..<stack.zones).map { String(UnicodeScalar(UInt8(97 + $0))) } }
    var url: String { "https://localhost:\(parts.edge?.httpsPort ?? stack.local.https)" }
}

extension HealthFailure {
    fileprivate init(_ failure: TargetHealth.Failure) {
        switch failure {
        case .connectionRefused: self = .connectionRefused
        default: self = .failed(failure.text)
        }
    }
}
