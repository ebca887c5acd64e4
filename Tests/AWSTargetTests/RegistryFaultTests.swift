import AWSWire
import Stacks
import Testing

@testable import AWSTarget

/// What an answer of a registry means for whoever sends an image.
struct RegistryFaultTests {
    private static func answer(_ status: Int, _ code: String = "", after: String? = nil) -> IncomingAnswer {
        let body = code.isEmpty ? "<html>" : #"{"errors":[{"code":"\#(code)","message":"because"}]}"#
        return IncomingAnswer(
            status: status, headers: after.map { ["retry-after": $0] } ?? [:], body: Array(body.utf8))
    }

    @Test(arguments: [
        (answer(500), AWSError.Kind.transient), (answer(503, "UNAVAILABLE"), .transient),
        (answer(429, "TOOMANYREQUESTS"), .throttling), (answer(401, "UNAUTHORIZED"), .accessDenied),
        (answer(403, "DENIED"), .accessDenied), (answer(404, "NAME_UNKNOWN"), .invalidRequest),
        (answer(400, "MANIFEST_INVALID"), .invalidRequest),
        // An upload that was forgotten, and bytes that changed on the way, are begun again.
        (answer(404, "BLOB_UPLOAD_UNKNOWN"), .transient), (answer(400, "DIGEST_INVALID"), .transient),
    ])
    func anAnswerSaysWhetherItIsWorthAnotherTry(answer: IncomingAnswer, kind: AWSError.Kind) {
        #expect(RegistryFault("PUT a blob", answer).attempt == .answered(kind))
    }

    @Test func aRegistrysWaitIsKeptWithinBounds() {
        #expect(RegistryFault("x", Self.answer(429, after: "7")).retryAfter == .seconds(7))
        #expect(RegistryFault("x", Self.answer(429, after: "99999")).retryAfter == .seconds(60))
        #expect(RegistryFault("x", Self.answer(429, after: "soon")).retryAfter == nil)
    }

    @Test func whatIsLeftIsTold() {
        let denied = RegistryFault("POST an upload", Self.answer(403, "DENIED"))
        #expect(
            denied.report(sending: "host/shop", arrived: 1, of: 3).description == """
                cannot send the image to host/shop: the registry answered DENIED to POST an upload (403)
                  message   because
                  expected  permission for ecr:InitiateLayerUpload and ecr:PutImage on the repository
                  state     1 of its 3 parts are in the registry; the service was not changed
                  next      run the same command again: what is there is not sent again
                """)
        let wordless = RegistryFault("PUT a blob", Self.answer(502))
        #expect(
            wordless.report(sending: "host/shop", arrived: 0, of: 3).what
                == "cannot send the image to host/shop: the registry answered to PUT a blob (502)")
        let silent = RegistryFault("PUT a blob", TransportFault(.timeout, "no answer in time"))
        #expect(
            silent.report(sending: "host/shop", arrived: 2, of: 3).what
                == "cannot send the image to host/shop: no answer to PUT a blob")
    }

    @Test func aTagNamesItsImage() {
        #expect(ImagePush.tag("sha256:0123456789abcdef0123") == "terrace-0123456789abcdef")
    }
}
