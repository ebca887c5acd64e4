import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Longest body of a form: 540 characters of four bytes, each byte written as three, fit twice.
private let longestForm = 16 * 1024

func routes(store: MessageStore, assets: StaticAssets, place: ServedBy) -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestLog())
    let visits = Visits(store: store, layout: Layout(assetPath: assets.path, place: place))

    // Shallow on purpose: a database that is away is no reason to replace a task that works.
    router.get("/health") { _, _ in Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "ok\n"))) }
    router.get("/static/:name") { request, context in
        try await assets.response(name: try context.parameters.require("name"), request: request, context: context)
    }
    router.get("/") { request, context in try await visits.read(request, context) }
    router.post("/messages") { request, context in try await visits.write(request, context) }
    return router
}

/// What a visitor can do: read the book and write into it.
private struct Visits: Sendable {
    var store: MessageStore
    var layout: Layout

    private var page: GuestbookPage { GuestbookPage(layout: layout, now: Date()) }

    func read(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let before = request.uri.queryParameters["before"].flatMap { Int64($0) }
        do {
            let messages = try await store.page(before: before, freshness: ReadYourWrites.freshness(of: request))
            return html(.ok, page.markup(messages, submission: UUID(), isFirst: before == nil))
        } catch let error as DatabaseError {
            context.logger.warning("the messages cannot be read", metadata: ["reason": "\(error)"])
            return retryLater(page.unavailable())
        }
    }

    func write(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: longestForm)
        guard let form = FormBody(body.readableBytesView) else {
            throw HTTPError(.badRequest, message: "The form is not URL-encoded UTF-8.")
        }
        let draft = Draft(author: form["name"], body: form["text"])
        let submission = UUID(uuidString: form["submission"]) ?? UUID()
        let mistakes = draft.mistakes
        guard mistakes.isEmpty else { return await correct(draft, mistakes, submission, request) }
        do {
            let freshness = try await store.add(draft, submission: submission)
            var response = Response(status: .seeOther, headers: [.location: "/", .cacheControl: "no-store"])
            if let cookie = ReadYourWrites.cookie(for: freshness) { response.setCookie(cookie) }
            return response
        } catch let error as DatabaseError {
            context.logger.warning("a message was not stored", metadata: ["reason": "\(error)"])
            return retryLater(page.notStored(draft: draft, submission: submission))
        }
    }

    private func correct(
        _ draft: Draft, _ mistakes: [Draft.Mistake], _ submission: UUID, _ request: Request
    ) async -> Response {
        let messages = try? await store.page(before: nil, freshness: ReadYourWrites.freshness(of: request))
        let markup =
            messages.map { page.markup($0, submission: submission, draft: draft, mistakes: mistakes) }
            ?? page.markup(draft: draft, mistakes: mistakes, submission: submission)
        return html(.unprocessableContent, markup)
    }

    private func retryLater(_ markup: HTML) -> Response {
        var response = html(.serviceUnavailable, markup)
        response.headers[.retryAfter] = "2"
        return response
    }

    /// Pages differ from visitor to visitor (the cookie decides what they must show), so no cache keeps them.
    private func html(_ status: HTTPResponse.Status, _ markup: HTML) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .cacheControl: "private, no-store",
                .contentSecurityPolicy:
                    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: markup.description)))
    }
}
