import AWSServices
import AWSWire
import Resources

extension RepositorySettings {
    /// As ECR tells it; a repository without a lifecycle policy keeps everything.
    init(_ repository: ECR.Repository, lifecycle: String?) {
        let rules = lifecycle.map(LifecycleRules.init(answer:)) ?? LifecycleRules()
        self.init(
            name: Value(repository.repositoryName ?? ""),
            tagsAreImmutable: repository.imageTagMutability == "IMMUTABLE",
            scansOnPush: repository.imageScanningConfiguration?.scanOnPush ?? false,
            keepImages: rules.keepImages, untaggedDays: rules.untaggedDays)
    }
}

/// The two rules of a repository's lifecycle policy; 0 stands for a rule that is not there.
struct LifecycleRules: Equatable {
    var keepImages = 0
    var untaggedDays = 0

    init(keepImages: Int = 0, untaggedDays: Int = 0) {
        self.keepImages = keepImages
        self.untaggedDays = untaggedDays
    }

    /// Rules of another form are somebody else's and count as none: then the policy is written anew.
    init(answer text: String) {
        guard let json = try? JSONReader.read(Array(text.utf8)), case .list(let rules)? = json["rules"],
            rules.count <= 2
        else { return }
        for rule in rules {
            guard let selection = rule["selection"], case .integer(let count)? = selection["countNumber"] else {
                continue
            }
            switch (selection["tagStatus"]?.string, selection["countType"]?.string) {
            case ("untagged", "sinceImagePushed"): untaggedDays = count
            case ("any", "imageCountMoreThan"): keepImages = count
            default: continue
            }
        }
    }

    /// ECR's own JSON. Source: ECR lifecycle policy template, read 2026-11.
    var text: String {
        let untagged = """
            {"rulePriority":1,"description":"images without a tag","selection":{"tagStatus":"untagged",\
            "countType":"sinceImagePushed","countUnit":"days","countNumber":\(untaggedDays)},"action":{"type":"expire"}}
            """
        let old = """
            {"rulePriority":2,"description":"the oldest images","selection":{"tagStatus":"any",\
            "countType":"imageCountMoreThan","countNumber":\(keepImages)},"action":{"type":"expire"}}
            """
        return "{\"rules\":[\(untagged),\(old)]}"
    }
}

/// What is said to ECR about a repository.
enum RepositoryCalls {
    static func create(_ repository: RepositorySettings, tags: [String: String]) -> ECR.CreateRepositoryRequest {
        ECR.CreateRepositoryRequest(
            repositoryName: repository.name.text, tags: ECR.Tag.list(tags),
            imageTagMutability: repository.tagsAreImmutable ? "IMMUTABLE" : "MUTABLE",
            imageScanningConfiguration: ECR.ImageScanningConfiguration(scanOnPush: repository.scansOnPush))
    }

    static func changes(_ desired: RepositorySettings, from observed: RepositorySettings) -> [any WireRequest] {
        let name = desired.name.text
        var calls: [any WireRequest] = []
        if desired.tagsAreImmutable != observed.tagsAreImmutable {
            calls.append(
                ECR.PutImageTagMutabilityRequest(
                    repositoryName: name, imageTagMutability: desired.tagsAreImmutable ? "IMMUTABLE" : "MUTABLE"))
        }
        if desired.scansOnPush != observed.scansOnPush {
            calls.append(
                ECR.PutImageScanningConfigurationRequest(
                    repositoryName: name,
                    imageScanningConfiguration: ECR.ImageScanningConfiguration(scanOnPush: desired.scansOnPush)))
        }
        let rules = LifecycleRules(keepImages: desired.keepImages, untaggedDays: desired.untaggedDays)
        if rules != LifecycleRules(keepImages: observed.keepImages, untaggedDays: observed.untaggedDays) {
            calls.append(ECR.PutLifecyclePolicyRequest(repositoryName: name, lifecyclePolicyText: rules.text))
        }
        return calls
    }
}
