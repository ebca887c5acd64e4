/// The open streams of a connection by their number. One request asks for its stream a dozen times, which a dictionary would hash each
/// time. Here it is looked for from the end, where the latest streams are: most requests are answered at once, so that few streams are
/// open at a time, and never more than `Limits.streams`.
struct StreamTable<Stream> {
    private var ids: [UInt32] = []
    private var streams: [Stream] = []

    var count: Int { ids.count }
    var isEmpty: Bool { ids.isEmpty }

    /// In no order.
    var all: [Stream] { streams }
    /// Where they stand; good until one is added or removed.
    var indices: Range<Int> { streams.indices }

    func index(of id: UInt32) -> Int? { ids.lastIndex(of: id) }

    subscript(at index: Int) -> Stream {
        get { streams[index] }
        _modify { yield &streams[index] }
    }

    subscript(id: UInt32) -> Stream? { index(of: id).map { streams[$0] } }

    /// Adds a stream whose number is not there yet; gives where it stands.
    @discardableResult
    mutating func insert(_ stream: Stream, as id: UInt32) -> Int {
        ids.append(id)
        streams.append(stream)
        return ids.count - 1
    }

    /// The last one takes its place.
    @discardableResult
    mutating func remove(_ id: UInt32) -> Stream? {
        guard let index = index(of: id) else { return nil }
        let last = ids.count - 1
        ids.swapAt(index, last)
        streams.swapAt(index, last)
        ids.removeLast()
        return streams.removeLast()
    }

    mutating func removeAll() {
        ids.removeAll()
        streams.removeAll()
    }
}
