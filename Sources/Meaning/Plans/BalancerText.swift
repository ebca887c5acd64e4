import Stacks

/// The balancer's settings in a plan's words.
extension BalancerRule {
    /// `host *.example.com path /a+/b → web 95, canary 5`
    var written: String {
        let conditions =
            [
                ("host", condition.hosts), ("path", condition.paths.map(\.text)), ("method", condition.methods),
            ] + condition.headers.map { ("header \($0.name)", $0.values) }
        let said = conditions.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: "+"))" }
        return "\(said.joined(separator: " ")) → \(action.written)"
    }
}

extension BalancerRule.Action {
    fileprivate var written: String {
        switch self {
        case .forward(let targets) where targets.count == 1: targets[0].service
        case .forward(let targets): targets.map { "\($0.service) \($0.weight)" }.joined(separator: ", ")
        case .redirect(let redirect):
            "\(redirect.status) \(redirect.scheme)://\(redirect.host):\(redirect.port)\(redirect.path)?\(redirect.query)"
        case .answer(let answer): "\(answer.status) \(answer.contentType.rawValue), \(answer.body.utf8.count) bytes"
        }
    }
}

extension Ejection {
    var written: String { "\(failures) failures, \(time.written) to \(longest.written), \(share) %" }
}
