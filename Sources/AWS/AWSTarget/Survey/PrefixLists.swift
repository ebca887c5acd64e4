import AWSServices
import AWSWire

/// Reads the blocks behind prefix lists.
struct PrefixLists {
    private let work: Work

    init(_ work: Work) { self.work = work }

    /// `blocks` by the list's id; `services` is the list's id by the name of a service, which is the list's own name.
    func read(named ids: [String], services: [String]) async throws -> (
        blocks: [String: [String]], services: [String: String]
    ) {
        var lists: [String: String] = [:]
        if !services.isEmpty {
            let request = EC2.DescribeManagedPrefixListsRequest(
                filters: [EC2.Filter(name: "prefix-list-name", values: services)])
            for list in try await work.lookAll(request).flatMap(\.prefixLists) {
                guard let id = list.prefixListId, let name = list.prefixListName else { continue }
                lists[name] = id
            }
        }
        let wanted = Set(ids + lists.values).sorted()
        let blocks = try await wanted.concurrentMap { id in
            let pages = try await work.lookAll(EC2.GetManagedPrefixListEntriesRequest(prefixListId: id))
            return (id, pages.flatMap(\.entries).compactMap(\.cidr))
        }
        return (Dictionary(blocks) { first, _ in first }, lists)
    }
}
