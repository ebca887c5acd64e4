import AWSServices
import AWSWire
import Resources

extension VPCOriginSettings {
    /// As CloudFront tells it.
    init(_ origin: CloudFront.VpcOrigin) {
        let endpoint = origin.vpcOriginEndpointConfig
        self.init(
            name: Value(endpoint?.name ?? ""), loadBalancer: Value(endpoint?.arn ?? ""),
            scheme: endpoint?.originProtocolPolicy.flatMap { Scheme(rawValue: $0.rawValue) } ?? .http,
            httpPort: endpoint?.httpPort ?? 80, httpsPort: endpoint?.httpsPort ?? 443)
    }
}

/// What is said to CloudFront about a VPC origin.
enum VPCOriginCalls {
    static func create(_ origin: VPCOriginSettings, tags: [String: String]) -> CloudFront.CreateVpcOriginRequest {
        CloudFront.CreateVpcOriginRequest(
            vpcOriginEndpointConfig: CloudFront.VpcOriginEndpointConfig(
                name: origin.name.text, arn: origin.loadBalancer.text, httpPort: origin.httpPort,
                httpsPort: origin.httpsPort,
                originProtocolPolicy: CloudFront.OriginProtocolPolicy(rawValue: origin.scheme.rawValue),
                originSslProtocols: CloudFront.OriginSslProtocols(quantity: 1, items: ["TLSv1.2"])),
            tags: CloudFront.Tags(items: CloudFront.Tag.list(tags)))
    }

    static func state(_ status: String?) -> Observed.State {
        switch status {
        case "Deployed"?: .ready
        case "Failed"?: .failed("CloudFront could not make its interfaces in the subnets of the load balancer")
        case "Deleting"?: .deleting
        case let status?: .pending("\(status.lowercased()), which takes up to 15 minutes")
        case nil: .pending("no state yet")
        }
    }
}
