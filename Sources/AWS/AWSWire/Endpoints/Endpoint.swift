/// Where a call goes and which region its signature names.
package struct Endpoint: Sendable, Equatable {
    package var scheme = "https"
    package var host: String
    /// Before the call's own path: a gateway may serve AWS below a folder.
    package var pathPrefix = ""
    package var signingRegion: String
    /// The endpoint was given by the user.
    package var isCustom = false

    package init(host: String, signingRegion: String) {
        self.host = host
        self.signingRegion = signingRegion
    }
}

extension ServiceModel {
    /// `Secrets Manager` → `secrets_manager`.
    package var overrideKey: String { serviceId.lowercased().replacing(" ", with: "_") }

    package func endpoint(region: String, overrides: EndpointOverrides) throws(EndpointFault) -> Endpoint {
        var endpoint = standardEndpoint(region: region)
        guard let url = overrides.url(for: self) else { return endpoint }
        guard let address = PlainURL(url), !address.target.contains("?") else { throw EndpointFault(url: url) }
        endpoint.scheme = address.scheme
        endpoint.host = address.authority
        endpoint.pathPrefix = address.target.split(separator: "/").map { "/\($0)" }.joined()
        endpoint.isCustom = true
        return endpoint
    }

    /// Source: the endpoint rules of the service models, compared by test with what botocore resolves.
    private func standardEndpoint(region: String) -> Endpoint {
        let partition = Partition(region: region)
        let domain = partition.domain
        switch (endpointPrefix, partition) {
        case ("iam", .government): return Endpoint(host: "iam.us-gov.\(domain)", signingRegion: partition.globalRegion)
        case ("iam", .china): return Endpoint(host: "iam.cn-north-1.\(domain)", signingRegion: partition.globalRegion)
        case ("route53", .china), ("cloudfront", .china):
            let host = endpointPrefix == "route53" ? "route53" : "cloudfront.cn-northwest-1"
            return Endpoint(host: "\(host).\(domain)", signingRegion: "cn-northwest-1")
        case ("cloudfront", .government):
            return Endpoint(host: "cloudfront.\(domain)", signingRegion: partition.globalRegion)
        case ("route53", .government):
            return Endpoint(host: "route53.us-gov.\(domain)", signingRegion: partition.globalRegion)
        case ("iam", _), ("route53", _), ("cloudfront", .standard):
            return Endpoint(host: "\(endpointPrefix).\(domain)", signingRegion: partition.globalRegion)
        default: return Endpoint(host: "\(endpointPrefix).\(region).\(domain)", signingRegion: region)
        }
    }
}

/// An endpoint that is no URL.
package struct EndpointFault: Error, Sendable, Equatable {
    package var url: String
}

extension Endpoint {
    /// The call with its host. S3 has the bucket in the host where AWS's own certificate covers such a name: no dot, and not
    /// an endpoint of the user's.
    package func place(_ call: OutgoingCall, service: ServiceModel) -> OutgoingCall {
        var placed = call
        placed.scheme = scheme
        placed.host = host
        if service.signingName == "s3", !isCustom {
            let parts = call.path.split(separator: "/", maxSplits: 1)
            if let bucket = parts.first, bucket.allSatisfy({ $0.isLowercase || $0.isNumber || $0 == "-" }) {
                placed.host = "\(bucket).\(host)"
                placed.path = "/" + (parts.count == 2 ? parts[1] : "")
            }
        }
        placed.path = pathPrefix + placed.path
        return placed
    }
}
