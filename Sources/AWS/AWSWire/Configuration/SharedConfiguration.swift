/// What the shared files say, by profile. Of a profile that is in both files, the credentials file's values win name by name.
package struct SharedConfiguration: Sendable, Equatable {
    package typealias Values = [String: IniText.Value]

    /// From the `config` file alone, and from the `credentials` file alone: some sources look into one of them only.
    package private(set) var configProfiles: [String: Values] = [:]
    package private(set) var credentialProfiles: [String: Values] = [:]
    package private(set) var ssoSessions: [String: Values] = [:]
    package private(set) var services: [String: Values] = [:]
    package var configPath: String
    package var credentialsPath: String

    /// - Parameter config: text of the config file, where profiles are called `[profile NAME]`, except `[default]`.
    /// - Parameter credentials: text of the credentials file, where they are called `[NAME]`.
    /// - Throws: every malformed line of both files, as `file:line: reason`.
    package init(
        config: String?, credentials: String?, configPath: String = "~/.aws/config",
        credentialsPath: String = "~/.aws/credentials"
    ) throws(CredentialFault) {
        self.configPath = configPath
        self.credentialsPath = credentialsPath
        let (config, credentials) = (config.map(IniText.init), credentials.map(IniText.init))
        for section in config?.sections ?? [] { addConfig(section) }
        for section in credentials?.sections ?? [] { credentialProfiles[section.name] = section.values }
        let malformed = [(config, configPath), (credentials, credentialsPath)].flatMap { file, path in
            (file?.faults ?? []).map { "\(path):\($0.line): \($0.reason)" }
        }
        guard malformed.isEmpty else { throw .malformed(malformed) }
    }

    private mutating func addConfig(_ section: IniText.Section) {
        if section.name == "default" {
            configProfiles["default"] = section.values
            return
        }
        guard let words = ShellWords.split(section.name), words.count == 2 else { return }
        switch words[0] {
        case "profile": configProfiles[words[1]] = section.values
        case "sso-session": ssoSessions[words[1]] = section.values
        case "services": services[words[1]] = section.values
        default: break
        }
    }

    /// Nil when neither file has it.
    package func profile(_ name: String) -> Values? {
        guard let config = configProfiles[name] else { return credentialProfiles[name] }
        return config.merging(credentialProfiles[name] ?? [:]) { _, credential in credential }
    }

    /// Of both files, sorted.
    package var profileNames: [String] { Set(configProfiles.keys).union(credentialProfiles.keys).sorted() }

    /// Which profile counts: the flag, then `AWS_DEFAULT_PROFILE`, then `AWS_PROFILE`, as AWS's command line has it; nil when
    /// nobody named one, and then `default` is used if it is there.
    package static func namedProfile(flag: String?, environment: [String: String]) -> String? {
        [flag, environment["AWS_DEFAULT_PROFILE"], environment["AWS_PROFILE"]].compactMap { $0 }.first { !$0.isEmpty }
    }
}

extension SharedConfiguration.Values {
    package func text(_ name: String) -> String? { self[name]?.text }
}
