import AWSServices
import AWSWire
package import Provisioning
package import Resources
package import Stacks

extension AWSCloudStack {
    package func digest(of image: ImageReference) async throws -> String? {
        guard let registry = image.ecr, registry.account == connection.account else { return nil }
        let wanted =
            image.digest.map { ECR.ImageIdentifier(imageDigest: $0) }
            ?? ECR.ImageIdentifier(imageTag: image.tag ?? "latest")
        let request = ECR.DescribeImagesRequest(
            repositoryName: image.path, registryId: registry.account, imageIds: [wanted])
        do {
            let answer = try await connection.client.send(request, region: registry.region)
            return try (answer.imageDetails.first?.imageDigest).orUnreadable("ECR.DescribeImages", "imageDigest")
        } catch let error as AWSError where error.kind == .notFound {
            let what = image.digest ?? "the tag \(image.tag ?? "latest")"
            throw Report(
                "\(image.repository) has no image with \(what)", state: "nothing was changed",
                next: "push it, or name one that is there: "
                    + "`aws ecr describe-images --region \(registry.region) --repository-name \(image.path)`")
        } catch let error as AWSError {
            throw Refusal(error).report(trying: "look for \(image.repository)")
        }
    }

    package func push(
        _ image: ImageParcel, to repository: Observed, progress: @escaping @Sendable (String) -> Void
    ) async throws -> String {
        guard let name = repository.facts[.name], let url = repository.facts[.url] else {
            throw Report("\(repository.address) has no name: run `terrace up --on aws`")
        }
        let (base, token) = try await reportingRefusals("sign in to the registry of \(repository.address)") {
            let answer = try await work.call(ECR.GetAuthorizationTokenRequest())
            let data = answer.authorizationData.first
            return (
                try (data?.proxyEndpoint).orUnreadable("ECR.GetAuthorizationToken", "proxyEndpoint"),
                Secret(
                    "Basic "
                        + (try (data?.authorizationToken).orUnreadable(
                            "ECR.GetAuthorizationToken", "authorizationToken"))
                )
            )
        }
        guard let base = PlainURL(base), base.mayHoldCredentials else {
            throw Report(
                "cannot sign in to the registry of \(repository.address): ECR named the endpoint \(base)",
                expected: "an address with https", state: "nothing was sent")
        }
        let registry = RegistryClient(
            base: base, repository: name, authorization: token, transport: connection.transport, time: time,
            draw: connection.draw)
        try await ImagePush(registry: registry, name: url, image: image)(progress: progress)
        return "\(url)@\(image.digest)"
    }
}
