import AWSServices
import AWSWire
import Resources

extension CertificateSettings {
    /// As ACM tells it; the domain itself is always among the alternative names there.
    init(_ certificate: ACM.CertificateDetail) {
        self.init(
            domain: certificate.domainName ?? "",
            alternativeNames: certificate.subjectAlternativeNames.filter { $0 != certificate.domainName },
            // Described as `RSA-2048`, requested as `RSA_2048`.
            keyAlgorithm: (certificate.keyAlgorithm?.rawValue ?? "").replacing("-", with: "_"))
    }
}

/// What is said to ACM about a certificate, and what its answers mean.
enum CertificateCalls {
    /// ACM takes at most 32 letters and digits as a token.
    static func request(
        _ certificate: CertificateSettings, tags: [String: String], token: String
    ) -> ACM.RequestCertificateRequest {
        ACM.RequestCertificateRequest(
            domainName: certificate.domain, validationMethod: "DNS",
            subjectAlternativeNames: certificate.alternativeNames.isEmpty ? nil : certificate.alternativeNames,
            idempotencyToken: String(token.prefix(32)), tags: ACM.Tag.list(tags),
            keyAlgorithm: ACM.KeyAlgorithm(rawValue: certificate.keyAlgorithm))
    }

    static func facts(_ certificate: ACM.CertificateDetail) -> [Fact: String] {
        var facts: [Fact: String] = [:]
        facts[.arn] = certificate.certificateArn
        if let record = record(of: certificate) {
            facts[.validationName] = record.name
            facts[.validationValue] = record.value
        }
        return facts
    }

    /// The one that proves the certificate's own domain: ACM lists the alternative names' in no order.
    private static func record(of certificate: ACM.CertificateDetail) -> Record? {
        let own = certificate.domainValidationOptions.first { $0.domainName == certificate.domainName }?.resourceRecord
        let all = records(certificate)
        return all.first { $0.name == own?.name?.withoutFinalDot } ?? all.first
    }

    static func state(_ certificate: ACM.CertificateDetail) -> Observed.State {
        switch certificate.status {
        case "ISSUED"?: return .ready
        case "PENDING_VALIDATION"?:
            let open = records(certificate).filter { !$0.isProved }
            guard !open.isEmpty else { return .pending("ACM has not said yet which record proves the domain") }
            let list = open.map { "\($0.name) CNAME \($0.value)" }.joined(separator: ", ")
            return .pending("this record must be in the domain's DNS: \(list)")
        case "FAILED"?: return .failed(certificate.failureReason?.rawValue ?? "ACM gives no reason")
        case let status?:
            return .failed("its state is \(status.rawValue): the records that prove the domain were not there in time")
        case nil: return .pending("no state yet")
        }
    }

    struct Record: Equatable {
        var name: String
        var value: String
        var isProved: Bool
    }

    /// Records that prove the domains, each once, without the dot at the end.
    static func records(_ certificate: ACM.CertificateDetail) -> [Record] {
        certificate.domainValidationOptions.reduce(into: []) { records, option in
            guard let record = option.resourceRecord, let name = record.name, let value = record.value else { return }
            let next = Record(
                name: name.withoutFinalDot, value: value.withoutFinalDot, isProved: option.validationStatus == "SUCCESS"
            )
            if !records.contains(where: { $0.name == next.name }) { records.append(next) }
        }
    }
}

extension String {
    /// DNS names are written with a dot at their end by some services and without by others.
    var withoutFinalDot: String { hasSuffix(".") ? String(dropLast()) : self }
}
