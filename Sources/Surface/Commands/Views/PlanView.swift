import Plans
import Provisioning
import Stacks

/// A plan with where it would be carried out, and what it leaves out.
struct PlanView {
    var style: TextStyle

    func text(_ look: CloudLook, _ identity: CloudIdentity, _ stack: Stack) -> String {
        heading(stack, identity) + "\n" + look.plan.text + notes(look, stack) + "\n" + look.cost(of: stack).text
    }

    /// `guestbook on aws: account 123456789012, us-east-1, as arn:aws:iam::…:user/anna`
    func heading(_ stack: Stack, _ identity: CloudIdentity) -> String {
        "\(style.bold(stack.fullName)) on aws: account \(identity.account), \(identity.region), as \(identity.caller)\n"
    }

    private func notes(_ look: CloudLook, _ stack: Stack) -> String {
        let notes = look.notes(stack).map { "note: \($0)\n" }
        return notes.isEmpty ? "" : "\n" + notes.joined()
    }
}
