package import Foundation

/// Keeps one certificate young as long as the stack runs: makes it anew long before its end, and shows the new one to whoever
/// uses it. Asks the calendar again and again instead of sleeping until a date, for a calendar can be set.
package actor CertificateKeeper {
    /// How often the calendar is asked.
    static let watch = Duration.seconds(3600)

    package enum News: Sendable, Equatable {
        case renewed
        /// The old one stays; the next look tries again.
        case failed(String)
    }

    private let authorityFolder: URL
    private let scope: CertificateAuthority.Scope
    private let names: [String]
    private let now: @Sendable () -> Date
    private let show: @Sendable (CertificateAuthority, IssuedCertificate) async throws -> Void
    private let tell: @Sendable (News) -> Void
    private var current: IssuedCertificate
    private var isRenewing = false

    /// - Parameters:
    ///   - authorityFolder: where the authority is kept that signs, and
    ///   - scope: what for, `CertificateAuthority.open`.
    ///   - current: what is shown now.
    ///   - show: puts a new one in the place of the old one; connections that are open go on.
    package init(
        authorityFolder: URL, scope: CertificateAuthority.Scope = .loopback, names: [String],
        current: IssuedCertificate,
        now: @escaping @Sendable () -> Date = { Date() },
        show: @escaping @Sendable (CertificateAuthority, IssuedCertificate) async throws -> Void,
        tell: @escaping @Sendable (News) -> Void
    ) {
        self.authorityFolder = authorityFolder
        self.scope = scope
        self.names = names
        self.current = current
        self.now = now
        self.show = show
        self.tell = tell
    }

    /// Until it is cancelled.
    package func run(clock: any Clock<Duration> = ContinuousClock()) async {
        while !Task.isCancelled {
            guard (try? await clock.sleep(for: Self.watch)) != nil else { return }
            await renewIfDue()
        }
    }

    package func renewIfDue() async {
        let now = now()
        guard current.isDue(at: now), !isRenewing else { return }
        isRenewing = true
        defer { isRenewing = false }
        do {
            let authority = try CertificateAuthority.open(folder: authorityFolder, scope: scope, now: now)
            let fresh = try authority.issue(names: names, addresses: CertificateAuthority.loopback, now: now)
            try await show(authority, fresh)
            current = fresh
            tell(.renewed)
        } catch {
            tell(.failed("\(error)"))
        }
    }
}
