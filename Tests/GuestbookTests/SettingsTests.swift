import Testing

@testable import guestbook

struct SettingsTests {
    @Test func theContractIsRead() throws {
        let settings = try Settings(environment: [
            "PORT": "4001", "DATABASE_URL": "postgresql://w", "DATABASE_READER_URL": "postgresql://r",
            "TERRACE_TASK": "web.2", "TERRACE_ZONE": "b",
        ])
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 4001)
        #expect(settings.writer == "postgresql://w")
        #expect(settings.reader == "postgresql://r")
        #expect(settings.place.zone == "b")
    }

    @Test func withoutAReaderTheWriterIsRead() throws {
        #expect(try Settings(environment: ["DATABASE_URL": "postgresql://w"]).reader == "postgresql://w")
    }

    @Test(arguments: [["PORT": "0"], ["PORT": "http"], ["PORT": "65536"], ["LOG_LEVEL": "loud"]])
    func aWrongValueIsNamed(environment: [String: String]) throws {
        let mistake = #expect(throws: Settings.Mistake.self) { try Settings(environment: environment) }
        for (name, value) in environment { #expect(mistake?.description.hasPrefix("\(name) is \"\(value)\"") == true) }
    }
}

@Suite struct RequestLogTests {
    @Test(
        arguments: [
            ("Root=1-67891233-abcdef012345678912345678", "1-67891233-abcdef012345678912345678"),
            ("Self=1-6-b;Root=1-6-a;Sampled=1", "1-6-a"), ("Sampled=1", nil), ("", nil),
        ] as [(String, Substring?)])
    func theIDIsWhatTheBalancerCallsTheRequest(header: String, id: Substring?) {
        #expect(RequestLog.id(in: header) == id)
    }
}
