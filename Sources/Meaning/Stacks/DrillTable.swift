/// Where a drill's own rows go: a table in a schema of its own in the application's database, made by the application's role.
package enum DrillTable {
    package static let schema = "terrace_drill"
    package static let name = "\(schema).commits"

    /// What is said about it where each call takes one statement.
    package enum Statement: Sendable, Equatable {
        /// Anew and empty.
        case make
        /// A row with that number. Said twice, it is there once.
        case add(Int)
        /// The numbers that are there.
        case rows
        /// The time of the server itself, in whole seconds since 1970, rounded down.
        case clock
        case remove

        /// One statement, whose answer is a column of whole numbers, written as text where it has one.
        package var sql: String {
            switch self {
            case .make:
                "do $$ begin drop schema if exists \(schema) cascade; create schema \(schema); create table \(name) "
                    + "(number integer primary key, at timestamptz default clock_timestamp()); end $$"
            case .add(let number):
                "insert into \(name) (number) values (\(number)) on conflict (number) do nothing"
            case .rows: "select cast(number as text) from \(name)"
            case .clock: "select cast(cast(floor(extract(epoch from clock_timestamp())) as bigint) as text)"
            case .remove: "drop schema if exists \(schema) cascade"
            }
        }
    }
}
