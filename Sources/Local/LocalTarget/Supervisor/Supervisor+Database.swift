import Foundation
import Stacks

extension Supervisor {
    package func database(_ order: DatabaseOrder) async throws -> DatabaseReply {
        do {
            return try await carryOut(order, try databaseTier())
        } catch {
            throw Report(describing: error, stack: stack.fullName)
        }
    }

    private func carryOut(_ order: DatabaseOrder, _ database: DatabaseTier) async throws -> DatabaseReply {
        switch order {
        case .failover:
            try await database.failover()
            return .writer(await database.state.record.writer.rawValue)
        case .backup:
            try await database.backUp()
            return .backups(try await database.backupList())
        case .backups: return .backups(try await database.backupList())
        case .restore(let moment): return .restored(try await database.restore(to: moment))
        case .dropRestored:
            try await database.dropRestored()
            return .done
        case .restoreInPlace(let moment): return .restoredInPlace(try await restoreInPlace(to: moment, database))
        case .dropKept: return .dropped(try await database.dropKept())
        case .rotate: return .role(try await rotate(database))
        case .statements(let most): return .statements(try await database.statements(most: most))
        }
    }

    // MARK: - Rotation

    /// Under which names the store keeps the passwords of the two roles, and which of them is in use.
    static let loginName = "database/login"
    static func passwordName(of role: String, owner: String) -> String {
        role == owner ? "database/application" : "database/alternate"
    }

    /// The spare role gets a new password and becomes the tasks' own; when the last task that had the old one is gone,
    /// nobody gets in with that any more. Whatever happens in between, at least one of both is valid and known.
    private func rotate(_ database: DatabaseTier) async throws -> String {
        guard stage == .running, let tasks = parts.tasks, !isChanging else {
            throw Report(
                "cannot rotate the password: \(stack.fullName) is being changed", state: "nothing was changed",
                next: "wait until it is done, then run the same command")
        }
        isChanging = true
        defer { isChanging = false }
        let secrets = try SecretStore(folder: folder.url.appending(path: "secrets"))
        let (before, owner) = (await database.login, stack.databaseName)
        let role = await database.spareRole
        let fresh = DatabaseLogin(role: role, password: SecretStore.draw())
        try secrets.set(Supervisor.passwordName(of: role, owner: owner), to: fresh.password)
        try await database.admit(fresh)
        do {
            try secrets.set(Supervisor.loginName, to: Secret(role))
        } catch {
            // Tasks go on with the old one, so the next rotation must find the other one spare.
            try await database.admit(before)
            throw error
        }
        let old = parts.databaseAccess
        parts.databaseAccess = .init(environment: await database.environment(), password: fresh.password)
        say("database", "tasks log in as \(role) from now on")
        let names = Set(stack.services.map(\.name))
        await tasks.renew(parts.databaseAccess)
        let problems = await tasks.waitForOutcome(of: names)
        guard problems.isEmpty else {
            try secrets.set(Supervisor.loginName, to: Secret(before.role))
            try await database.admit(before)
            parts.databaseAccess = old
            await tasks.renew(old)
            _ = await tasks.waitForOutcome(of: names)
            throw Report(problems, of: stack.fullName, state: "the old password is valid as before")
        }
        try await database.dismiss(before.role)
        return role
    }
}
