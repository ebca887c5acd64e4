import Stacks

/// Certificates for the domain, one for each end of the way, and the records that prove and name.
extension StackResources {
    /// In us-east-1, where CloudFront looks.
    var edgeCertificate: Address { address(.edge, .certificate, "edge") }
    /// In the stack's region, for the load balancer.
    var originCertificate: Address { address(.edge, .certificate, "origin") }

    /// Where CloudFront finds a public load balancer: its own name is none that a certificate could have.
    var originDomain: String? { stack.edge.domain.map { "origin.\($0)" } }

    var certificates: [Resource] {
        guard let domain = stack.edge.domain, !routed.isEmpty else { return [] }
        // CloudFront hands the viewer's `Host` on and compares the certificate with it.
        let origin =
            hasPublicOrigin
            ? CertificateSettings(domain: "origin.\(domain)", alternativeNames: [domain])
            : CertificateSettings(domain: domain)
        let proof = [record("proof", domain, proves: edgeCertificate)]
        // One domain has one proof in an account, whatever the region.
        let originProof = hasPublicOrigin ? [record("origin-proof", domain, proves: originCertificate)] : []
        return [
            Resource(edgeCertificate, .certificate(CertificateSettings(domain: domain)), place: .edge),
            Resource(originCertificate, .certificate(origin)),
        ] + proof + originProof + names(domain)
    }

    private func record(_ word: String, _ domain: String, proves certificate: Address) -> Resource {
        Resource(
            address(.edge, .dnsRecord, word),
            .dnsRecord(
                DNSRecordSettings(
                    zone: Value(Lookup.hostedZone(domain)), name: Value(Reference(certificate, .validationName)),
                    type: .cname, target: .text(Value(Reference(certificate, .validationValue))), ttl: 300)))
    }

    private func names(_ domain: String) -> [Resource] {
        // CloudFront's own zone, the same for every distribution.
        let edge = DNSRecordSettings.Target.alias(
            name: Value(Reference(distribution, .dnsName)), zone: "Z2FDTNDATAQYW2")
        let balancer = DNSRecordSettings.Target.alias(
            name: Value(Reference(loadBalancer, .dnsName)), zone: Value(Reference(loadBalancer, .dnsZone)))
        let edgeRecords = [("ipv4", DNSRecordSettings.Kind.a), ("ipv6", .aaaa)].map { word, kind in
            alias(word, domain, name: domain, kind, edge)
        }
        return edgeRecords
            + (hasPublicOrigin ? [alias("origin", domain, name: "origin.\(domain)", .a, balancer)] : [])
    }

    private func alias(
        _ word: String, _ domain: String, name: String, _ kind: DNSRecordSettings.Kind,
        _ target: DNSRecordSettings.Target
    ) -> Resource {
        Resource(
            address(.edge, .dnsRecord, word),
            .dnsRecord(
                DNSRecordSettings(
                    zone: Value(Lookup.hostedZone(domain)), name: Value(name), type: kind, target: target)))
    }
}
