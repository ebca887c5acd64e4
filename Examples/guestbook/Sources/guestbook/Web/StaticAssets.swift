import Foundation
import HTTPTypes
import Hummingbird

/// The stylesheet and the pictures, read once at the start: a few kilobytes. The entity tag is a hash of the content, so
/// every task on every machine gives the same one.
struct StaticAssets: Sendable {
    private struct Asset: Sendable {
        var content: ByteBuffer
        var type: String
        var hash: String
    }

    private static let types = ["css": "text/css; charset=utf-8", "svg": "image/svg+xml", "txt": "text/plain"]

    private let assets: [String: Asset]

    init(folder: String) throws {
        var assets: [String: Asset] = [:]
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw Settings.Mistake(
                "no folder \"\(folder)\" here: start guestbook from its own folder, or set GUESTBOOK_ASSETS")
        }
        for name in names {
            guard let type = Self.types[URL(filePath: name).pathExtension] else { continue }
            let data = try Data(contentsOf: URL(filePath: folder).appending(path: name))
            assets[name] = Asset(content: ByteBuffer(bytes: data), type: type, hash: hash(of: data))
        }
        self.assets = assets
    }

    /// With the content's hash in the query: a changed file is fetched at once, an unchanged one stays cached for a day.
    func path(_ name: String) -> String {
        "/static/\(name)" + (assets[name].map { "?v=\($0.hash)" } ?? "")
    }

    func response(name: String, request: Request, context: some RequestContext) async throws -> Response {
        guard let asset = assets[name] else { throw HTTPError(.notFound) }
        let tag = "\"\(asset.hash)\""
        let headers: HTTPFields = [.cacheControl: "public, max-age=86400", .eTag: tag]
        if request.headers[values: .ifNoneMatch].contains(where: { matches(tag, $0) }) {
            return Response(status: .notModified, headers: headers)
        }
        var response = Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: asset.content))
        response.headers[.contentType] = asset.type
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }
}

/// Weak comparison, as RFC 9110 section 13.1.2 asks for.
private func matches(_ tag: String, _ field: String) -> Bool {
    field.split(separator: ",").contains { candidate in
        let candidate = candidate.trimmingCharacters(in: .whitespaces)
        return candidate == "*" || candidate == tag || candidate == "W/\(tag)"
    }
}

/// FNV-1a, 64 bits: tells versions of our own files apart; it protects nothing.
private func hash(of data: Data) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in data { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
}
