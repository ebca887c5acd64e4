import Testing
import TrafficRules

struct CutBodyTests {
    private func ended(_ body: String, _ type: String) -> String {
        String(decoding: CutBody.ended(Array(body.utf8), contentType: Array(type.utf8)[...]), as: UTF8.self)
    }

    private static let part = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue"

    @Test(
        "RFC 2046 §5.1: the part that was cut is closed, one without its whole head is left out",
        arguments: [
            (part, part + "\r\n--B--\r\n"),
            (part + "\r\n--B\r\nContent-Dispo", part + "\r\n--B--\r\n"),
            (part + "\r\n--B", part + "\r\n--B--\r\n"),
            (part + "\r\n-", part + "\r\n-\r\n--B--\r\n"),
            (part + "\r\n--B--\r\nepilogue", part + "\r\n--B--\r\nepilogue"),
            ("--B\r\nContent", "--B--\r\n"), ("no part", "no part"), ("", ""),
        ])
    func multipart(body: String, wanted: String) {
        for type in ["multipart/form-data; boundary=B", "Multipart/Mixed;x=y; Boundary=\"B\"; z"] {
            #expect(ended(body, type) == wanted)
        }
        #expect(ended(body, "multipart/form-data") == body)
        #expect(ended(body, "application/octet-stream; boundary=B") == body)
    }

    @Test(
        "RFC 8259: a text that was cut is ended, without what was cut of an escape",
        arguments: [
            ("{\"a\": \"val", "{\"a\": \"val\":null"), ("{\"a", "{\"a\":null"), ("[1, 2", "[1, 2"),
            ("[\"a\\", "[\"a\":null"), ("[\"a\\\\", "[\"a\\\\\":null"), ("[\"a\\\"", "[\"a\\\"\":null"),
            ("[\"a\\u00", "[\"a\":null"), ("[\"a\\u0041", "[\"a\\u0041\":null"), ("[\"a\", \\", "[\"a\", \\"), ("", ""),
        ])
    func json(body: String, wanted: String) {
        for type in ["application/json", "Application/problem+JSON; charset=utf-8"] {
            #expect(ended(body, type) == wanted)
        }
        #expect(ended(body, "text/plain") == body)
    }

    @Test("A character that was cut is left out", arguments: [1, 2, 3])
    func characters(missing: Int) {
        let whole = Array("[\"a\u{1F600}".utf8)
        let cut = CutBody.ended(whole.dropLast(missing), contentType: Array("application/json".utf8)[...])
        #expect(cut == Array("[\"a\":null".utf8))
        let kept = CutBody.ended(whole, contentType: Array("application/json".utf8)[...])
        #expect(kept == whole + Array("\":null".utf8))
    }
}
