/// Endpoints that the user gave, in the order of AWS's own tools: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the service's
/// in the profile's `services` section, the profile's `endpoint_url`. Pure.
package struct EndpointOverrides: Sendable, Equatable {
    /// For every service that has none of its own.
    package var all: String?
    /// By `ServiceModel.overrideKey`: `secrets_manager`.
    package var services: [String: String]

    package init(all: String? = nil, services: [String: String] = [:]) {
        self.all = all
        self.services = services
    }

    /// Empty when `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true.
    package init(environment: [String: String]) {
        guard environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() != "true" else {
            self.init()
            return
        }
        let prefix = "AWS_ENDPOINT_URL_"
        let named = environment.filter { $0.key.hasPrefix(prefix) && !$0.value.isEmpty }
        self.init(
            all: environment["AWS_ENDPOINT_URL"].flatMap { $0.isEmpty ? nil : $0 },
            services: Dictionary(
                named.map { ($0.key.dropFirst(prefix.count).lowercased(), $0.value) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// - Throws: when the profile names a `services` section that is not there, and when FIPS or dual-stack endpoints are asked
    ///   for, which are not known here: the usual ones in their place would break a promise.
    package init(
        environment: [String: String], profile: String, in shared: SharedConfiguration
    ) throws(CredentialFault) {
        let values = shared.profile(profile) ?? [:]
        for word in ["use_fips_endpoint", "use_dualstack_endpoint"] {
            let variable = "AWS_\(word.uppercased())"
            if (environment[variable] ?? values.text(word))?.lowercased() == "true" {
                throw .contradictory(
                    environment[variable] == nil ? "profile \(profile)" : "environment",
                    "\(word) is true, and Terrace knows the usual endpoints only",
                    next: "name each endpoint by AWS_ENDPOINT_URL_<SERVICE>, and set \(variable) to false")
            }
        }
        let word = environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? values.text("ignore_configured_endpoint_urls")
        guard word?.lowercased() != "true" else {
            self.init()
            return
        }
        var configured = EndpointOverrides(all: values.text("endpoint_url").flatMap { $0.isEmpty ? nil : $0 })
        if let name = values.text("services") {
            guard let section = shared.services[name] else {
                throw .contradictory(
                    "profile \(profile)", "there is no [services \(name)] in \(shared.configPath)",
                    next: "add it, or remove `services` from the profile")
            }
            configured.services = section.compactMapValues { $0.nested?["endpoint_url"] }.filter { !$0.value.isEmpty }
        }
        self = EndpointOverrides(environment: environment).filled(from: configured)
    }

    package func url(for service: ServiceModel) -> String? { services[service.overrideKey] ?? all }

    /// What `self` does not say is taken from `other`: nothing, when `self` has one for every service.
    package func filled(from other: EndpointOverrides) -> EndpointOverrides {
        if all != nil { return self }
        return EndpointOverrides(all: other.all, services: services.merging(other.services) { mine, _ in mine })
    }
}
