import Provisioning

/// What happened to a resource, in words that every way of showing it shares.
struct ChangeWords {
    var action: ApplyEvent.Action

    var doing: String {
        switch action {
        case .create: "creating"
        case .update: "changing"
        case .settle: "waiting"
        case .delete: "deleting"
        }
    }

    var done: String {
        switch action {
        case .create: "created"
        case .update: "changed"
        case .settle: "ready"
        case .delete: "deleted"
        }
    }

    /// A machine's word for a happening, the same from version to version.
    static func name(_ happening: ApplyEvent.Happening) -> String {
        switch happening {
        case .started: "started"
        case .waiting: "waiting"
        case .identified: "identified"
        case .ready: "ready"
        case .exists: "exists"
        case .failed: "failed"
        case .kept: "kept"
        case .blocked: "blocked"
        case .left: "left"
        }
    }
}
