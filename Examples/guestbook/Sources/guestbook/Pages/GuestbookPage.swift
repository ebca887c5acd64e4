import Foundation

/// The form, and the messages below it.
struct GuestbookPage: Sendable {
    var layout: Layout
    var now: Date

    /// `draft` and `mistakes` come back into the form when it could not be taken.
    func markup(
        _ page: MessageStore.Page, submission: UUID, isFirst: Bool = true, draft: Draft = Draft(),
        mistakes: [Draft.Mistake] = []
    ) -> HTML {
        let form = isFirst ? form(draft, mistakes, submission) : "<p><a href=\"/\">← Newest messages</a></p>"
        return layout.page("\(form)\(list(page, isFirst: isFirst))", answeredBy: page.answeredBy)
    }

    /// The form alone: for a mistake that was noticed while the messages cannot be read.
    func markup(draft: Draft, mistakes: [Draft.Mistake], submission: UUID) -> HTML {
        layout.page(form(draft, mistakes, submission))
    }

    func unavailable() -> HTML {
        layout.page(
            """
            <section class="notice" role="alert">
            <h1>We cannot open the book right now</h1>
            <p>The database does not answer. Nothing is lost; please try again in a moment.</p>
            <p><a class="button" href="/">Try again</a></p>
            </section>
            """)
    }

    /// After a POST that may not have been stored: the words go back to their author.
    func notStored(draft: Draft, submission: UUID) -> HTML {
        layout.page(
            """
            <section class="notice" role="alert">
            <h1>Your message could not be stored</h1>
            <p>The database does not answer. Your words are still here: send them again in a moment. They will appear
            once, even if the first try got through.</p>
            </section>
            \(form(draft, [], submission))
            """)
    }

    private func form(_ draft: Draft, _ mistakes: [Draft.Mistake], _ submission: UUID) -> HTML {
        """
        <form method="post" action="/messages" novalidate>
        <input type="hidden" name="submission" value="\(submission.uuidString)">
        <div class="field">
        <label for="name">Your name</label>
        <input id="name" name="name" maxlength="\(Draft.longestAuthor)" autocomplete="name" required
         value="\(draft.author)"\(attributes(of: .author, in: mistakes))>
        \(complaint(about: .author, in: mistakes))
        </div>
        <div class="field">
        <label for="text">Your message</label>
        <textarea id="text" name="text" rows="3" maxlength="\(Draft.longestBody)" required\
        \(attributes(of: .body, in: mistakes))>
        \(draft.body)</textarea>
        \(complaint(about: .body, in: mistakes))
        </div>
        <button type="submit">Sign the book</button>
        </form>
        """
    }

    private func attributes(of field: Draft.Field, in mistakes: [Draft.Mistake]) -> HTML {
        guard mistakes.contains(where: { $0.field == field }) else { return .empty }
        return " aria-invalid=\"true\" aria-describedby=\"\(field.rawValue)-mistake\""
    }

    private func complaint(about field: Draft.Field, in mistakes: [Draft.Mistake]) -> HTML {
        guard let mistake = mistakes.first(where: { $0.field == field }) else { return .empty }
        return "<p class=\"mistake\" id=\"\(field.rawValue)-mistake\">\(mistake.message)</p>"
    }

    private func list(_ page: MessageStore.Page, isFirst: Bool) -> HTML {
        guard let last = page.messages.last else {
            return isFirst
                ? "<p class=\"empty\">No one has written yet. The first line is yours.</p>"
                : "<p class=\"empty\">There is nothing older.</p>"
        }
        let older: HTML =
            page.hasOlder ? "<p class=\"older\"><a href=\"/?before=\(last.id)\">Older messages →</a></p>" : .empty
        return "<ol class=\"messages\">\(page.messages.map(item))</ol>\(older)"
    }

    private func item(_ message: Message) -> HTML {
        """
        <li>
        <p class="body">\(message.body)</p>
        <p class="by"><b>\(message.author)</b>
        <time datetime="\(message.writtenAt.formatted(.iso8601))">\(age(of: message.writtenAt))</time></p>
        </li>

        """
    }

    /// Coarse on purpose: a page is read for longer than seconds stay true.
    private func age(of date: Date) -> String {
        let minutes = Int(max(0, now.timeIntervalSince(date)) / 60)
        return switch minutes {
        case 0: "just now"
        case 1..<60: "\(minutes) min ago"
        case 60..<(24 * 60): "\(minutes / 60) h ago"
        default: String(date.formatted(.iso8601).prefix(10))
        }
    }
}
