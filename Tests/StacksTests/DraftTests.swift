import Stacks
import TestKit
import Testing

@Suite struct DraftTests {
    struct Folder: Sendable, CustomTestStringConvertible {
        var name: String
        var files: [String: String]
        var testDescription: String { name }
    }

    static let swift = """
        let package = Package(
            name: "guests",
            targets: [
                .executableTarget(
                    name: "guestbook", dependencies: []),
            ])
        """

    static let folders = [
        Folder(name: "My_Shop", files: [:]), Folder(name: "swift", files: ["Package.swift": swift]),
        Folder(
            name: "swift-docker",
            files: ["Package.swift": swift, "Dockerfile": "FROM swift\nEXPOSE 8081/tcp\nCMD [\"./guestbook\"]\n"]),
        Folder(
            name: "docker",
            files: ["Dockerfile": "FROM x\nexpose 99999\nEXPOSE 80 443\nCMD [\"nginx\", \"-g\", \"daemon off;\"]"]),
        Folder(name: "docker-words", files: ["Dockerfile": "FROM x\nCMD [\"./serve\", \"--all\"]\n"]),
        Folder(
            name: "node",
            files: ["package.json": "{ \"name\": \"@acme/Shop_Front\", \"scripts\": { \"start\": \"node x.js\" } }"]),
        Folder(name: "procfile", files: ["Procfile": "jobs: x\nweb: bundle exec \"puma\" -p $PORT # \\ : *\n"]),
        Folder(name: "go", files: ["go.mod": "module example.com/team/api\n\ngo 1.25\n"]),
        Folder(name: "django", files: ["manage.py": "#!/usr/bin/env python3\n"]),
        Folder(name: "flask", files: ["requirements.txt": "flask\ngunicorn\n"]),
    ]

    @Test(arguments: folders) func theDraftIsRightAsItStands(_ folder: Folder) {
        let draft = ManifestDraft.draft(folderName: folder.name, files: folder.files)
        let result = check(draft)
        #expect(result.diagnostics.isEmpty)
        #expect(result.stack != nil)
        expectGolden(draft, "draft-\(folder.name)")
    }

    @Test(arguments: ["", "/", "123", "-", "ÄÖÜ", "A.B.C", String(repeating: "x-", count: 40), "a\nb: c", "# x"])
    func anyFolderNameBecomesAName(_ name: String) {
        #expect(check(ManifestDraft.draft(folderName: name, files: [:])).stack != nil)
    }

    @Test func strangeFilesDoNoHarm() {
        var generator = SeededGenerator(seed: 7)
        let pieces = [
            "web:", "CMD [", "\"", "\n", "EXPOSE ", ".executable(name:", "\"start\":", "module ", "\u{1}", "\\", "é",
            "#", " ",
        ]
        for _ in 0..<500 {
            let files = ManifestDraft.inspectedFiles.map { name in
                (name, (0..<8).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined())
            }
            let draft = ManifestDraft.draft(folderName: "shop", files: Dictionary(uniqueKeysWithValues: files))
            #expect(check(draft).stack != nil, "\(draft)")
        }
    }
}
