import AWSWire
import Foundation
import Testing

/// The reader of the two shared files, against the reader that AWS's own tools use.
struct IniTextTests {
    private static let texts = [
        "", "[default]\nregion = eu-west-1\n", "[default]\r\nregion=eu-west-1\r\noutput : json\r\n",
        "# a\n; b\n\n[profile a b]\n   # deeper\nkey = value # not a comment\nurl = http://x/?a=b;c\n",
        "[a]\nREGION = x\nEmpty =\nspaced   =    y   \n",
        "[a]\ns3 =\n  max_concurrent_requests = 20\n  addressing_style=path\nb = 1\n",
        "[a]\ns3 =\n    x = 1\n\n    y = 2\n[b]\nc=d\n", "[a]\nlong = one\n  two\n  three\nnext = 4\n",
        "[a]\nlong = one\n\n  two\n\n\nb=1\n",
        "[a]\n  indented = 1\n    goes = on\n  back = 2\n", "[a]\nx = 1\n# comment\n  y = 2\n", "[a]\n  # c\n\tx = 1\n",
        "[DEFAULT]\nregion = z\n[a]\nb = 1\n[c]\nregion = own\n", "[a] trailing\nb = 1\n", "[a]b]\nc = 1\n",
        "[ a ]\nb=1\n",
        "[a]\nk = =v\nk2 = a:b\nk3 : a=b\n",
        "[services s]\nec2 =\n  endpoint_url = http://localhost:1\ns3 = \n  endpoint_url=http://b\n",
        "[a]\nx = \u{E9}\u{4E16}\n", "[a]\n\n\n[b]\n", "[a]\nx=1\n   \n y\n", "[a]\nx=\n  =\n",
    ]

    private static let malformed: [(text: String, lines: [Int])] = [
        ("region = x\n", [1]), ("[a]\nno delimiter\n", [2]), ("[a]\n= no name\n", [2]), ("[a]\nb=1\n[a]\nc=1\n", [3]),
        ("[a]\nb=1\nb=2\n", [3]), ("[a]\ns3 =\n  x\n", [3]), ("[]\n[a]\nnope\ns3=\n x=1\n y\n", [1, 3, 6]),
        ("[a\nb=1\n", [1, 2]),
    ]

    @Test func whatIsReadIsWhatAWSsOwnToolsRead() throws {
        let peer = try BotocorePeer("botocore_configuration.py")
        for text in Self.texts {
            let wanted = try #require(
                try peer.ask(["ask": "ini", "text": text])["sections"] as? [String: [String: Any]])
            let file = IniText(text)
            #expect(file.faults.isEmpty, "\(text.debugDescription)")
            let found = Dictionary(
                uniqueKeysWithValues: file.sections.map { ($0.name, $0.values.mapValues(Self.plain)) })
            #expect(NSDictionary(dictionary: found) == NSDictionary(dictionary: wanted), "\(text.debugDescription)")
        }
    }

    private static func plain(_ value: IniText.Value) -> Any {
        switch value {
        case .text(let text): text
        case .nested(let values): values
        }
    }

    @Test func everyMalformedLineIsNamed() throws {
        let peer = try BotocorePeer("botocore_configuration.py")
        for (text, lines) in Self.malformed {
            #expect(IniText(text).faults.map(\.line) == lines, "\(text.debugDescription)")
            #expect(try peer.ask(["ask": "ini", "text": text])["error"] != nil, "\(text.debugDescription)")
        }
    }

    @Test func bothFilesAreReportedWithTheirPlaces() {
        let fault = #expect(throws: CredentialFault.self) {
            try SharedConfiguration(
                config: "[default]\nnope\n", credentials: "x=1\n", configPath: "/c", credentialsPath: "/k")
        }
        #expect(fault?.looks.map(\.place) == ["/c:2", "/k:1"])
    }

    private static let commands = [
        "", "a", " a  b ", "a 'b c' d", #"a "b \" c" d"#, #"a\ b c"#, #""a"'b'c"#, "'' a", #"a "x\y\\z""#, "a 'b",
        #"a \"#, #"a "b"#,
        "a\tb\nc", "a#b # c", "--x='1 2' \"\"",
    ]

    @Test func wordsAreCutAsAShellDoes() throws {
        let peer = try BotocorePeer("botocore_configuration.py")
        for text in Self.commands {
            #expect(
                ShellWords.split(text) == (try peer.ask(["ask": "words", "text": text])["words"] as? [String]),
                "\(text)")
        }
    }

    @Test func pathsAreExpanded() {
        let environment = ["HOME": "/h", "X": "y"]
        for (path, wanted) in [
            ("~/.aws/config", "/h/.aws/config"), ("$X/${X}", "y/y"), ("$NOPE/a", "$NOPE/a"), ("a~", "a~"), ("~", "/h"),
            ("${X", "${X"), ("cost$", "cost$"),
        ] {
            #expect(SharedFiles.expanded(path, environment) == wanted)
        }
        #expect(SharedFiles.expanded("~/x", [:]) == nil)
    }
}
