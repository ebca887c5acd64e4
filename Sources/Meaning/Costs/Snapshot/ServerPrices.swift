/// Aurora PostgreSQL's servers with standard storage, on demand: those prices that were found, and by which the others are worked out.
/// Columns: us-east-1, us-west-2, eu-west-1, eu-central-1, ap-northeast-1, ap-southeast-2; behind the bar Seoul, of which there is a copy
/// of all of AWS's list of 2026.
extension PriceSnapshot {
    // db.t2.medium cost 0.082 0.082 0.088 0.096 0.125 0.125 | 0.125 in a copy of AWS's list of 2019.
    private static let byT2 = "the price of db.t2.medium there, which is that of db.t3.medium wherever both were found"
    private static let shareOfT2 = "us-east-1's price in the proportion that db.t2.medium has in the two regions"
    private static let shareOfR5 = "us-east-1's price in the proportion that db.r5.large has in the two regions"
    private static let shareOfR6g = "us-east-1's price in the proportion that db.r6g.large has in the two regions"

    static let servers: [PriceRow] = [
        ServerFamily(
            "db.t4g", [.medium: "0.073 - ~0.078 0.085 0.113 - | 0.113", .large: "0.146 - - - - - | 0.227"],
            [2: shareOfT2]),
        ServerFamily(
            "db.t3", [.medium: "0.082 - ~0.088 ~0.096 - - | 0.125", .large: "- - - - - - | 0.25"],
            [2: byT2, 3: byT2]),
        ServerFamily(
            "db.r5",
            [
                .large: "0.29 - 0.32 - - - | 0.35", .xlarge: "0.58 0.58 0.64 0.7 0.7 0.7 | 0.7",
                .x2: "1.16 - - - - - | 1.4", .x4: "- - - - - - | 2.8", .x8: "- - - - - - | 5.6",
                .x12: "- - - - - - | 8.4", .x16: "- - - - - - | 11.2",
            ]),
        ServerFamily(
            "db.r6g",
            [
                .large: "0.26 0.26 0.286 - 0.313 - | 0.313", .xlarge: "0.519 - - - - - | 0.627",
                .x2: "1.038 - - - - - | 1.253", .x4: "- - - - - - | 2.506", .x8: "- - - - - - | 5.012",
                .x12: "- - - - - - | 7.518", .x16: "- - - - - - | 10.024",
            ]),
        ServerFamily(
            "db.r6i",
            [
                .large: "0.29 - ~0.32 - - - | 0.35", .xlarge: "- - - - - - | 0.7", .x2: "- - - - - - | 1.4",
                .x4: "- - - - - - | 2.8", .x8: "- - - - - - | 5.6", .x12: "- - - - - - | 8.4",
                .x16: "- - - - - - | 11.2",
            ], [2: shareOfR5]),
        ServerFamily(
            "db.r7g",
            [
                .large: "0.276 - ~0.304 - - - | 0.333", .xlarge: "0.553 - - - - - | 0.665",
                .x2: "1.106 - - - - - | 1.331", .x4: "- - - - - - | 2.662", .x8: "- - - - - - | 5.324",
                .x12: "- - - - - - | 7.985", .x16: "- - - - - - | 10.647",
            ], [2: shareOfR6g]),
        ServerFamily(
            "db.r8g",
            [
                .large: "0.276 0.276 ~0.304 - - - | 0.333", .xlarge: "0.552 - - - - - | 0.666",
                .x2: "1.104 - - - - - | 1.332", .x4: "- - - - - - | 2.664", .x8: "- - - - - - | 5.328",
                .x12: "- - - - - - | 7.992", .x16: "- - - - - - | 10.656",
            ], [2: shareOfR6g]),
    ].flatMap(\.rows)
}
