/// The answers of an operation that gives them in pages, one after the other.
///
///     for try await page in aws.pages(RDS.DescribeDBClustersRequest()) { clusters += page.dbClusters }
package struct Pages<Request: WireRequest>: AsyncSequence, Sendable {
    package typealias Element = Request.Response

    fileprivate let client: AWSClient
    fileprivate let request: Request
    fileprivate let region: String?

    package func makeAsyncIterator() -> Iterator { Iterator(client: client, request: request, region: region) }

    /// Asks for the next page when it is wanted, not before.
    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let client: AWSClient
        fileprivate var request: Request?
        fileprivate let region: String?

        fileprivate init(client: AWSClient, request: Request, region: String?) {
            self.client = client
            self.request = request
            self.region = region
        }

        package mutating func next() async throws -> Request.Response? {
            guard let current = request else { return nil }
            let answer = try await client.send(current, region: region)
            let following = PageCursor(operation: Request.operation).next(after: answer.slots, of: current.slots)
            request = following.map { Request(slots: $0) }
            return answer
        }
    }
}

extension AWSClient {
    package func pages<Request: WireRequest>(_ request: Request, region: String? = nil) -> Pages<Request> {
        Pages(client: self, request: request, region: region)
    }

    /// What `items` finds on each page, in order.
    package func all<Request: WireRequest, Item: Sendable>(
        _ request: Request, region: String? = nil, _ items: (Request.Response) -> [Item]
    ) async throws -> [Item] {
        var found: [Item] = []
        for try await page in pages(request, region: region) { found += items(page) }
        return found
    }
}

/// Finds in an answer what the next request must say. Pure.
package struct PageCursor: Sendable {
    private let schema: Schema
    private let operation: OperationModel

    package init(operation: OperationName) {
        schema = operation.service.schema
        self.operation = operation.model
    }

    /// Nil when this was the last page, also when the service gives the same token again: it would never end.
    package func next(after answer: Slots, of request: Slots) -> Slots? {
        guard let pages = operation.pages, let input = operation.input, let output = operation.output,
            case .structure(let structure) = schema.shapes[input].kind
        else { return nil }
        if let more = pages.more, value(more, in: answer, shape: output) == .flag(false) { return nil }
        var following = request
        var hasToken = false
        for (name, paths) in zip(pages.inputs, pages.outputs) {
            guard let place = structure.named[name] else { return nil }
            let token = paths.lazy.compactMap { value($0, in: answer, shape: output) }.first { $0 != .text("") }
            if token != nil { hasToken = true }
            following.put(token, at: place)
        }
        return hasToken && following != request ? following : nil
    }

    private func value(_ path: [String], in slots: Slots, shape: Int) -> WireValue? {
        guard let name = path.first, case .structure(let structure) = schema.shapes[shape].kind,
            let place = structure.named[name], let value = slots.value(place)
        else { return nil }
        if path.count == 1 { return value }
        guard case .structure(let inner) = value else { return nil }
        return self.value(Array(path.dropFirst()), in: inner, shape: structure.members[place].shape)
    }
}
