import Testing

@testable import LocalTarget

struct DrillTableTests {
    @Test(arguments: [
        (
            "ERROR:  could not extend file \"base/5/16413\": No space left on device\nHINT:  Check free disk space.",
            "could not extend file \"base/5/16413\": No space left on device"
        ),
        (
            "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  sorry, too many clients already",
            "sorry, too many clients already"
        ),
        (
            "connection to server at \"::1\" failed: FATAL:  a\nconnection to server at \"127.0.0.1\" failed: FATAL:  b",
            "b"
        ),
        ("SSL connection has been closed unexpectedly", "SSL connection has been closed unexpectedly"), ("", ""),
    ])
    func failureOfACommitHasTheServersOwnReason(message: String, reason: String) {
        #expect(PostgresFailure(kind: .statement, message: message).reason == reason)
    }
}
