import Foundation
import Provisioning
import Stacks

/// Where everything in a tar archive is. Nothing is unpacked: a name leads to a part of the archive's own file.
struct TarArchive {
    /// An image has a few entries for each of its layers, of which there are at most 127.
    private static let mostEntries = 10_000
    /// Of a long name or of records.
    private static let longestText = 1 << 20
    private static let mostLinks = 8

    private enum Entry {
        case file(FileSlice)
        /// The full name of what it leads to.
        case link(String)
    }

    private let path: String
    /// As the user wrote it.
    private let name: String
    private var entries: [String: Entry] = [:]

    init(_ path: String, named name: String) throws(Report) {
        self.path = path
        self.name = name
        let whole = try whole()
        try refuseCompressed(whole)
        try read(whole)
    }

    /// What a name leads to, through links of the archive; nil when it is not there.
    func slice(_ name: String) -> FileSlice? {
        var name = Self.plain(name)
        for _ in 0...Self.mostLinks {
            switch entries[name] {
            case .file(let slice): return slice
            case .link(let next): name = next
            case nil: return nil
            }
        }
        return nil
    }

    // MARK: - Reading

    private func whole() throws(Report) -> FileSlice {
        do {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
            return FileSlice(path: path, length: size?.intValue ?? 0)
        } catch {
            throw Report("cannot read \(name): \(SliceReader.reason(error))")
        }
    }

    private func refuseCompressed(_ whole: FileSlice) throws(Report) {
        let packing = Packing(head: try SliceReader.head(whole, Packing.head))
        guard packing != .none else { return }
        throw Report(
            "\(name) is compressed with \(packing.rawValue)", expected: "a tar archive as `docker save` writes it",
            state: "nothing was sent", next: "unpack it: `\(packing.unpacker) \(name)`, then name what comes out")
    }

    private mutating func read(_ whole: FileSlice) throws(Report) {
        var place = 0
        var told = TarRecords()
        while place + TarHeader.size <= whole.length {
            let block = try SliceReader.bytes(FileSlice(path: path, offset: place, length: TarHeader.size))
            // Zeros end an archive.
            guard block.contains(where: { $0 != 0 }) else { return }
            guard let header = TarHeader(block) else {
                throw malformed("its entry at byte \(place) has no valid header")
            }
            let length = told.size ?? header.length
            let start = place + TarHeader.size
            guard length <= whole.length - start else {
                throw malformed("it ends before its entry \(header.name) does")
            }
            let content = FileSlice(path: path, offset: start, length: length)
            try take(header, content, &told)
            guard entries.count <= Self.mostEntries else {
                throw malformed("it has more than \(Self.mostEntries) entries")
            }
            place = start + (length + TarHeader.size - 1) / TarHeader.size * TarHeader.size
        }
        guard place >= whole.length, place > 0 else { throw malformed("it ends in the middle of a header") }
    }

    private mutating func take(_ header: TarHeader, _ content: FileSlice, _ told: inout TarRecords) throws(Report) {
        switch header.kind {
        case .longName: told.path = try text(content)
        case .longLink: told.link = try text(content)
        case .records:
            guard content.length <= Self.longestText, let records = TarRecords(try SliceReader.bytes(content)) else {
                throw malformed("the records before byte \(content.offset + content.length) cannot be read")
            }
            told = records
        default:
            let name = Self.plain(told.path ?? header.name)
            let link = told.link ?? header.link
            told = TarRecords()
            switch header.kind {
            case .file: entries[name] = .file(content)
            case .hardLink: entries[name] = .link(Self.plain(link))
            case .symbolicLink:
                guard let target = Self.joined(name, link) else { return }
                entries[name] = .link(target)
            default: break
            }
        }
    }

    private func text(_ content: FileSlice) throws(Report) -> String {
        guard content.length <= Self.longestText else { throw malformed("a name in it has \(content.length) bytes") }
        return TarHeader.text(try SliceReader.bytes(content))
    }

    private func malformed(_ reason: String) -> Report {
        Report(
            "cannot read \(name): \(reason)", expected: "a tar archive, whole", state: "nothing was sent",
            next: "write it again: `docker save --output FILE IMAGE`")
    }

    // MARK: - Names

    /// `./blobs/` → `blobs`
    private static func plain(_ name: String) -> String {
        name.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// What a symbolic link in the archive leads to; nil when that is outside of it.
    private static func joined(_ name: String, _ link: String) -> String? {
        var parts = link.hasPrefix("/") ? [] : name.split(separator: "/").dropLast().map(String.init)
        for part in link.split(separator: "/") where part != "." {
            guard part == ".." else {
                parts.append(String(part))
                continue
            }
            guard parts.popLast() != nil else { return nil }
        }
        return parts.joined(separator: "/")
    }
}
