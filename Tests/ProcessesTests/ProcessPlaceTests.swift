import Testing

@testable import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct ProcessPlaceTests {
    @Test func theEffectiveUserIsTheSecondOfFour() {
        let status = "Name:\tpostgres\nUid:\t0\t70\t70\t70\nGid:\t0\t71\t71\t71\nGroups:\t71 5 \nThreads:\t1\n"
        #expect(ProcessPlace.user(status) == UserIdentity(user: 70, group: 71, groups: [71, 5]))
        #expect(ProcessPlace.user("Name:\tpostgres\nUid:\t0\n") == nil)
    }

    #if os(Linux)
        @Test func thisProcessStandsInItsOwnNetwork() throws {
            let place = try #require(ProcessPlace.of(getpid()))
            #expect(place.user.user == geteuid())
            #expect(place.network?.hasPrefix("net:[") == true && place.network == ProcessPlace.ownNetwork)
        }
    #endif

    @Test func whoIsGoneHasNoPlace() { #expect(ProcessPlace.of(0) == nil) }
}
