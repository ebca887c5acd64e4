import Crypto
import Foundation

/// Builds images byte by byte, so that a test can make each of their parts wrong.
struct SavedFiles {
    var files: [(name: String, content: [UInt8])] = []

    static func digest(_ content: [UInt8]) -> String {
        "sha256:" + SHA256.hash(data: content).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    subscript(name: String) -> [UInt8]? {
        get { files.first { $0.name == name }?.content }
        set {
            files.removeAll { $0.name == name }
            if let newValue { files.append((name, newValue)) }
        }
    }

    /// The bytes of the first file, in which `old` has become `new`.
    mutating func replace(_ old: String, _ new: String, in name: String) {
        self[name] = self[name].map { Array(String(decoding: $0, as: UTF8.self).replacing(old, with: new).utf8) }
    }

    // MARK: - Images

    static let layers = [Array("one".utf8), Array("two, which is longer".utf8)].map { text in
        header("file", length: text.count) + text + [UInt8](repeating: 0, count: 512 - text.count + 1024)
    }

    static func configuration(_ layers: [[UInt8]], _ processor: String = "amd64", _ system: String = "linux") -> [UInt8]
    {
        let contents = layers.map { "\"\(digest($0))\"" }.joined(separator: ",")
        return Array(
            #"{"architecture":"\#(processor)","os":"\#(system)","rootfs":{"type":"layers","diff_ids":[\#(contents)]}}"#
                .utf8)
    }

    /// What `docker save` writes.
    static func docker(_ layers: [[UInt8]] = layers, _ processor: String = "amd64") -> SavedFiles {
        var saved = SavedFiles()
        saved["config.json"] = configuration(layers, processor)
        for (index, layer) in layers.enumerated() { saved["\(index)/layer.tar"] = layer }
        let names = layers.indices.map { "\"\($0)/layer.tar\"" }.joined(separator: ",")
        saved["manifest.json"] = Array(
            #"[{"Config":"config.json","RepoTags":["shop/web:1"],"Layers":[\#(names)]}]"#.utf8)
        return saved
    }

    static func descriptor(_ type: String, _ content: [UInt8], _ more: String = "") -> String {
        #"{"mediaType":"application/vnd.oci.image.\#(type)","digest":"\#(digest(content))","size":\#(content.count)\#(more)}"#
    }

    /// A layout with an image for each of the platforms.
    static func layout(_ platforms: [(system: String, processor: String)] = [("linux", "amd64")]) -> SavedFiles {
        var saved = SavedFiles()
        var named: [String] = []
        for (system, processor) in platforms {
            let config = configuration(layers, processor, system)
            let parts = layers.map { descriptor("layer.v1.tar", $0) }.joined(separator: ",")
            let manifest = Array(
                #"{"schemaVersion":2,"config":\#(descriptor("config.v1+json", config)),"layers":[\#(parts)]}"#.utf8)
            for blob in layers + [config, manifest] { saved.addBlob(blob) }
            let platform = #","platform":{"architecture":"\#(processor)","os":"\#(system)"}"#
            named.append(descriptor("manifest.v1+json", manifest, platform))
        }
        saved["oci-layout"] = Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)
        saved["index.json"] = Array(#"{"schemaVersion":2,"manifests":[\#(named.joined(separator: ","))]}"#.utf8)
        return saved
    }

    mutating func addBlob(_ content: [UInt8]) { self[Self.path(content)] = content }

    static func path(_ content: [UInt8]) -> String { "blobs/sha256/\(digest(content).dropFirst(7))" }

    // MARK: - Writing

    func write(to folder: URL) throws {
        for (name, content) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content).write(to: file)
        }
    }

    var archive: [UInt8] {
        files.flatMap { name, content in
            Self.header(name, length: content.count) + content
                + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
        } + [UInt8](repeating: 0, count: 1024)
    }

    static func header(_ name: String, length: Int, kind: Character = "0", link: String = "") -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) {
            for (index, byte) in text.utf8.enumerated() { block[place + index] = byte }
        }
        let digits = String(length, radix: 8)
        put(name, at: 0)
        put(String(repeating: "0", count: 11 - digits.count) + digits, at: 124)
        put(String(repeating: " ", count: 8), at: 148)
        put(String(kind), at: 156)
        put(link, at: 157)
        put("ustar\u{0}00", at: 257)
        let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\u{0} ", at: 148)
        return block
    }
}
