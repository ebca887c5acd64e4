import Foundation
import TestKit
import Testing

@testable import guestbook

struct MarkupTests {
    private static let hostile = "<script>alert('1')</script>\" onload=\"x\" & ünï\u{301}"

    @Test func interpolatedTextIsEscapedAndMarkupIsNot() {
        let bold: HTML = "<b>\("a < b")</b>"
        let page: HTML = "<p title=\"\("\"'")\">\(bold)\([bold])\(1)</p>"
        #expect(page.description == "<p title=\"&quot;&#39;\"><b>a &lt; b</b><b>a &lt; b</b>1</p>")
    }

    @Test func aHostileMessageStaysText() {
        let message = Message(id: 1, author: Self.hostile, body: Self.hostile, writtenAt: .distantPast)
        let page = MessageStore.Page(messages: [message], hasOlder: false, answeredBy: .reader)
        let markup = guestbookPage.markup(
            page, submission: UUID(), draft: Draft(author: Self.hostile, body: "</textarea>" + Self.hostile)
        ).description
        #expect(!markup.contains("<script"))
        #expect(!markup.contains("\" onload"))
        #expect(!markup.contains("</textarea><"))
    }

    @Test func everyPageKeepsItsShape() throws {
        let start = Date(timeIntervalSince1970: 1_780_000_000)
        let messages = [0.0, 200, 9000, 400_000].enumerated().map { index, age in
            Message(id: Int64(9 - index), author: "Ann", body: "line\none", writtenAt: start - age)
        }
        let page = MessageStore.Page(messages: messages, hasOlder: true, answeredBy: .reader)
        let submission = try #require(UUID(uuidString: "00000000-0000-4000-8000-000000000000"))
        let draft = Draft(author: "", body: "kept")
        expectGolden(
            guestbookPage.markup(page, submission: submission, draft: draft, mistakes: draft.mistakes).description,
            "guestbook")
        expectGolden(guestbookPage.notStored(draft: draft, submission: submission).description, "not-stored")
        expectGolden(guestbookPage.unavailable().description, "unavailable")
    }

    private var guestbookPage: GuestbookPage {
        GuestbookPage(
            layout: Layout(assetPath: { "/static/\($0)" }, place: ServedBy(task: "web.1", zone: "a")),
            now: Date(timeIntervalSince1970: 1_780_000_000))
    }
}
