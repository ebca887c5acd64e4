import Resources

extension OriginSettings {
    /// In CloudFront's words, as templates and calls share them: two names differ, and the lists of a call say how long they are.
    func tree(protocols: String, headers: String, list: ([Tree]) -> Tree) -> Tree {
        let times: Tree = [
            "OriginReadTimeout": .number(readTimeout), "OriginKeepaliveTimeout": .number(keepAlive),
        ]
        let way: Tree =
            switch self.way {
            case .private(let id): ["VpcOriginConfig": ["VpcOriginId": .text(id)] + times]
            case .public:
                [
                    "CustomOriginConfig": [
                        "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only",
                        protocols: list(["TLSv1.2"]),
                    ] + times
                ]
            }
        let sent: Tree =
            header.map { [headers: list([["HeaderName": .word($0.name), "HeaderValue": .text($0.value)]])] } ?? .none
        return ["Id": "origin", "DomainName": .text(domain)] + way + sent
    }
}
