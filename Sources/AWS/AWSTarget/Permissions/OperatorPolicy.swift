import AWSWire
package import Resources
package import Stacks

/// The least that an operator must be allowed to plan, make, change and remove one stack, as an IAM policy.
package enum OperatorPolicy {
    /// What a managed policy may be long, without white space. Source: IAM quotas, read 2026-11.
    package static let longest = 6144

    /// As many documents as it takes for each to fit into a managed policy; the reads come first.
    package static func documents(for stack: Stack) -> [PolicyDocument] {
        let kinds = Set(StackResources.graph(of: stack).resources.map(\.kind))
        let all = [KindPermissions.always] + ResourceKind.allCases.filter(kinds.contains).map(KindPermissions.of)
        let reads = Set(all.flatMap(\.reads))
        let words = Words(stack)
        var statements = [PolicyStatement("Look", actions: shortest(reads), resources: ["*"])]
        for grant in merged(all.flatMap(\.writes)) {
            statements.append(statement(grant, words, number: statements.count))
        }
        return packed(statements)
    }

    /// Grants on the same resources under the same condition become one; in the order in which they came.
    private static func merged(_ grants: [KindPermissions.Grant]) -> [KindPermissions.Grant] {
        var result: [KindPermissions.Grant] = []
        for grant in grants where !grant.actions.isEmpty {
            if let index = result.firstIndex(where: { $0.resources == grant.resources && $0.only == grant.only }) {
                result[index].actions += grant.actions
            } else {
                result.append(grant)
            }
        }
        return result.map { grant in
            var grant = grant
            grant.actions = shortest(Set(grant.actions))
            return grant
        }
    }

    /// Without those that a pattern among them covers.
    private static func shortest(_ actions: Set<String>) -> [String] {
        let patterns = actions.filter { $0.hasSuffix("*") }
        return actions.filter { action in
            !patterns.contains { $0 != action && action.hasPrefix($0.dropLast()) }
        }.sorted()
    }

    private static func statement(_ grant: KindPermissions.Grant, _ words: Words, number: Int) -> PolicyStatement {
        let service = grant.actions.first.map { String($0.prefix { $0 != ":" }) } ?? ""
        let name = service.split(separator: "-").map(\.capital).joined()
        return PolicyStatement(
            "\(name)\(number)", actions: grant.actions, resources: grant.resources.map { Value(words.filled($0)) },
            conditions: words.condition(grant.only))
    }

    private static func packed(_ statements: [PolicyStatement]) -> [PolicyDocument] {
        var documents = [PolicyDocument([])]
        for statement in statements {
            var last = documents[documents.count - 1]
            last.statements.append(statement)
            if last.length > longest, last.statements.count > 1 {
                documents.append(PolicyDocument([statement]))
            } else {
                documents[documents.count - 1] = last
            }
        }
        return documents
    }

    /// Whether the documents allow a call at all.
    package static func allows(_ documents: [PolicyDocument], service: String, operation: String) -> Bool {
        let granted = documents.flatMap(\.statements).flatMap(\.actions)
        return OperationActions.of(service: service, operation: operation).allSatisfy { action in
            granted.contains { $0 == action || ($0.hasSuffix("*") && action.hasPrefix($0.dropLast())) }
        }
    }

    /// Which permissions a call asks for.
    package static func actions(service: String, operation: String) -> [String] {
        OperationActions.of(service: service, operation: operation)
    }

    /// Permissions that no call of Terrace's own asks for: AWS's services act in the caller's name, or write tags in the call
    /// that creates. Source: the services' guides on what their calls need, read 2026-11.
    package static let onBehalf: Set<String> = [
        "iam:PassRole", "s3:TagResource", "iam:CreateServiceLinkedRole", "ec2:CreateTags", "ecs:TagResource",
        "elasticloadbalancing:AddTags", "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "kms:DescribeKey",
        "rds:CreateDBClusterSnapshot", "secretsmanager:TagResource", "cloudfront:AllowVendedLogDeliveryForResource",
        // ECR's registry asks for these when an image is sent by its own protocol.
        "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload", "ecr:PutImage",
    ]

    /// What stands for the letters in a pattern.
    private struct Words {
        let partition: String
        let region: String
        let stack: String

        init(_ stack: Stack) {
            partition = Partition(region: stack.region).rawValue
            region = stack.region
            self.stack = stack.fullName
        }

        /// The shortest name that is derived keeps so much of the stack's: a bucket's, 30 less a hash.
        private static let kept = 20

        func filled(_ pattern: String) -> String {
            pattern.replacing("$P", with: partition).replacing("$R", with: region).replacing("$N", with: stack)
                .replacing("$S", with: stack.prefix(Self.kept))
        }

        func condition(_ only: KindPermissions.Only) -> [PolicyCondition] {
            switch only {
            case .anywhere: []
            case .inRegion: [PolicyCondition("StringEquals", "aws:RequestedRegion", [Value(region)])]
            case .tagged: [PolicyCondition("StringEquals", "aws:ResourceTag/terrace:stack", [Value(stack)])]
            }
        }
    }
}

extension PolicyDocument {
    fileprivate var length: Int { json.literal?.utf8.count ?? 0 }
}

extension Substring {
    /// `rds` → `Rds`; a statement's id has letters and digits only.
    fileprivate var capital: String { prefix(1).uppercased() + dropFirst() }
}
