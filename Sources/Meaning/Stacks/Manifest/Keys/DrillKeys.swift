enum DrillKeys {
    private static let standard = DrillTraffic()

    static let read = Field("read", .text(.path), default: standard.read, "Asked for again and again.")
    static let write = Field(
        "write", DrillWriteKeys.shape.optional, default: nil,
        "Sent again and again; what the application makes of it stays.")
    static let cached = Field(
        "cached", Shape<String>.text(.path).optional, default: nil, "Something that the edge's cache keeps.")

    static let all: [any ManifestKey] = [read, write, cached]

    static let shape: Shape<DrillTraffic> = .section(all) { section, report in
        DrillTraffic(
            read: section.read(read, &report), write: section.read(write, &report),
            cached: section.read(cached, &report))
    }
}

enum DrillWriteKeys {
    private static let standard = DrillTraffic.Write(path: "")

    static let path = Field("path", .text(.path), required: "", "Where it is posted.")
    static let body = Field("body", .text(.word), default: standard.body, "{number} in it becomes a number.")
    static let type = Field("type", .text(.anyText), default: standard.type, "The body's content type.")

    static let all: [any ManifestKey] = [path, body, type]

    static let shape: Shape<DrillTraffic.Write> = .section(all) { section, report in
        DrillTraffic.Write(
            path: section.read(path, &report), body: section.read(body, &report), type: section.read(type, &report))
    }
}
