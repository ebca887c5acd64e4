import Testing

@testable import guestbook

struct FormTests {
    @Test(arguments: [
        ("name=Ann&text=Hi", "Ann", "Hi"),
        ("name=A+B&text=1%2B1%3D2", "A B", "1+1=2"),
        ("name=Zo%C3%AB&text=%F0%9F%91%8B", "Zoë", "👋"),
        ("name=first&name=second&text", "first", ""),
        ("text=a=b&&name=", "", "a=b"),
        ("", "", ""),
    ])
    func formIsRead(body: String, name: String, text: String) throws {
        let form = try #require(FormBody(Array(body.utf8)))
        #expect(form["name"] == name)
        #expect(form["text"] == text)
    }

    @Test(arguments: ["name=%", "name=%4", "name=%zz", "name=%FF", "name=%C3", "%C0%AF=1"])
    func bytesThatAreNoTextAreRefused(body: String) {
        #expect(FormBody(Array(body.utf8)) == nil)
    }

    @Test(arguments: [
        (" Ann ", "Hello", [Draft.Field]()),
        (String(repeating: "ë", count: 40), String(repeating: "👋", count: 500), []),
        (String(repeating: "x", count: 41), "Hello", [.author]),
        ("Ann", String(repeating: "x", count: 501), [.body]),
        ("", " \r\n\t ", [.author, .body]),
        ("Ann\u{0}", "nul\u{0}", [.author, .body]),
        ("two\nlines", "two\nlines\tare fine", [.author]),
    ])
    func draftIsChecked(author: String, body: String, fields: [Draft.Field]) {
        #expect(Draft(author: author, body: body).mistakes.map(\.field) == fields)
    }

    @Test func lineEndsOfTheWebBecomePlain() {
        #expect(Draft(author: "A", body: "one\r\ntwo\rthree\n\n").body == "one\ntwo\nthree")
    }
}
