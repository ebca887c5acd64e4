import Stacks
import Testing

@Suite struct DatabaseNameTests {
    @Test(arguments: [
        ("guestbook", "guestbook"), ("my-shop", "my_shop"), ("postgres", "app_postgres"), ("terrace", "app_terrace"),
        ("pg-board", "app_pg_board"), ("pgboard", "pgboard"),
    ])
    func isTheStacksNameUnlessThatIsReserved(stack: String, name: String) {
        #expect(Stack(name: stack, services: []).databaseName == name)
    }
}
