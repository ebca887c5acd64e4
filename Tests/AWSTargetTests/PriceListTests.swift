import AWSTarget
import AWSWire
import Costs
import Foundation
import Provisioning
import Resources
import Stacks
import Synchronization
import Testing

/// Stands in for AWS: answers who we are, and pages of the price list, which are written by hand in the list's format.
private final class ListOnPaper: Transport {
    private let pages: [String: String]
    private let seen = Mutex<[String]>([])

    init(_ pages: [String: String]) { self.pages = pages }

    static let identity = IncomingAnswer(
        status: 200, headers: [:],
        body: Array(
            """
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>\
            <Arn>arn:aws:iam::123456789012:user/anna</Arn><Account>123456789012</Account></GetCallerIdentityResult>\
            </GetCallerIdentityResponse>
            """.utf8))

    var bodies: [String] { seen.withLock { $0 } }

    func send(_ call: OutgoingCall, within limit: Duration) async throws -> IncomingAnswer {
        let body = String(decoding: call.body, as: UTF8.self)
        guard call.host.hasPrefix("api.pricing.") else {
            return Self.identity
        }
        #expect(call.host == "api.pricing.us-east-1.amazonaws.com")
        #expect(call.headers.contains { $0.name == "x-amz-target" && $0.value == "AWSPriceListService.GetProducts" })
        seen.withLock { $0.append(body) }
        // A page's token says more than the service, which every request names.
        let names = pages.keys.sorted { $0.count > $1.count }
        let name = names.first { $0.hasPrefix("page-") && body.contains($0) } ?? names.first { body.contains($0) }
        guard let page = name.flatMap({ pages[$0] }) else {
            return IncomingAnswer(
                status: 200, headers: [:], body: Array(#"{"FormatVersion":"aws_v1","PriceList":[]}"#.utf8))
        }
        return IncomingAnswer(status: 200, headers: [:], body: Array(page.utf8))
    }
}

/// A catalogue that answers as the API does: the products whose attributes are those of the question, and none by accident.
/// Its products have the shapes of recorded answers and of copies of the list.
private final class Catalogue: Transport {
    private let text: Data

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "PriceListPages/catalogue.json")
        text = try Data(contentsOf: file)
    }

    func send(_ call: OutgoingCall, within limit: Duration) async throws -> IncomingAnswer {
        guard call.host.hasPrefix("api.pricing.") else { return ListOnPaper.identity }
        let question = try JSONSerialization.jsonObject(with: Data(call.body)) as? [String: Any]
        let filters = try #require(question?["Filters"] as? [[String: String]])
        let products = try #require(try JSONSerialization.jsonObject(with: text) as? [[String: Any]])
        let found = products.filter { product in
            let inner = product["product"] as? [String: Any]
            var attributes = inner?["attributes"] as? [String: String] ?? [:]
            attributes["productFamily"] = inner?["productFamily"] as? String
            return attributes["servicecode"] == question?["ServiceCode"] as? String
                && filters.allSatisfy { filter in filter["Field"].flatMap { attributes[$0] } == filter["Value"] }
        }
        let texts = try found.map { String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self) }
        let answer = try JSONSerialization.data(withJSONObject: ["FormatVersion": "aws_v1", "PriceList": texts])
        return IncomingAnswer(status: 200, headers: [:], body: Array(answer))
    }
}

@Suite struct PriceListTests {
    private static func page(_ name: String) throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "PriceListPages/\(name).json")
        return try String(contentsOf: file, encoding: .utf8)
    }

    private func cloud(_ transport: any Transport, region: String = "eu-central-1") async throws -> AWSCloudStack {
        let credentials = FixedCredentials(
            AWSCredentials(accessKeyId: "AKIDEXAMPLE", secretAccessKey: Secret("example")))
        let connection = try await AWSConnection(
            settings: AWSClient.Settings(region: region, endpoints: EndpointOverrides()), credentials: credentials,
            transport: transport, surroundings: .real)
        return AWSCloudStack(
            connection: connection, scope: StackScope(fullName: "shop"), time: Timekeeper(ContinuousClock()))
    }

    @Test func aPageOfTheListIsRead() async throws {
        let transport = ListOnPaper(["AmazonEC2": try Self.page("nat-gateway")])
        let query = PriceQuery(
            service: "AmazonEC2", filters: ["regionCode": "eu-central-1", "productFamily": "NAT Gateway"])
        let products = try await cloud(transport).products(query)
        #expect(products.map(\.usageType).sorted() == ["EUC1-NatGateway-Bytes", "EUC1-NatGateway-Hours"])
        let hours = try #require(products.first { $0.usageType == "EUC1-NatGateway-Hours" })
        #expect(hours.operation == "NatGateway" && hours.family == "NAT Gateway" && hours.published == "2026-11-20")
        #expect(hours.steps == [ListedProduct.Step(from: "0", each: "0.0520000000")])
        let body = try #require(transport.bodies.first)
        #expect(body.contains(#""ServiceCode":"AmazonEC2""#) && body.contains("TERM_MATCH"))
    }

    @Test func everyPageIsRead() async throws {
        let transport = ListOnPaper([
            "AmazonCloudFront": try Self.page("edge-page-1"), "page-2-please": try Self.page("edge-page-2"),
        ])
        let products = try await cloud(transport).products(
            PriceQuery(service: "AmazonCloudFront", filters: ["usagetype": "EU-DataTransfer-Out-Bytes"]))
        #expect(transport.bodies.count == 2)
        let steps = try #require(products.first { $0.usageType == "EU-DataTransfer-Out-Bytes" }?.steps)
        #expect(Set(steps.map(\.from)) == ["0", "10240", "51200"])
    }

    @Test func anEstimateTakesThePricesOfTheList() async throws {
        let transport = ListOnPaper([
            "AmazonEC2": try Self.page("nat-gateway"),
            "EU-DataTransfer-Out-Bytes": try Self.page("edge-page-2"),
        ])
        let stack = Stack(
            name: "shop", region: "eu-central-1", services: [Service(name: "web", image: ".")],
            usage: Usage(egress: .gibibytes(20_480), freeTier: false))
        let prices = try StackPrices.snapshot(for: stack.region)
        let graph = StackResources.graph(of: stack)
        let estimate = try Estimator.estimate(graph, of: stack, prices: prices)
        let refresh = try await PriceRefresh(estimate, prices, from: cloud(transport))
        #expect(refresh.count == 3)
        let after = try Estimator.estimate(graph, of: stack, prices: refresh.prices)
        let line = try #require(after.lines.first { $0.item == .edgeGigabyte })
        // 10 240 GB at 8.5 cents and as many at 8.0, as the page says.
        #expect(line.cost.expected == .cents(10_240 * 165 / 10))
        #expect(line.price.source == .list("2026-11-20"))
    }

    /// Products of which the list has something that is not as with the others: shortened sizes, an engine that decides, no
    /// family, no operation, no region.
    @Test(arguments: ["db.r7g.xlarge", "db.t4g.medium"]) func whatTheListHasOtherwiseIsFound(server: String)
        async throws
    {
        let stack = Stack(
            name: "shop", region: "eu-central-1",
            services: [Service(name: "web", image: ".")], database: Database(capacity: .instance(server)))
        let prices = try StackPrices.snapshot(for: stack.region)
        let estimate = try Estimator.estimate(StackResources.graph(of: stack), of: stack, prices: prices)
        let refresh = try await PriceRefresh(estimate, prices, from: cloud(try Catalogue()))
        let asked = Set(estimate.lines.map(\.item))
        let credits: [PriceItem] = server.hasPrefix("db.t") ? [.cpuCreditHour("db.t4g")] : []
        for item in [.serverHour(server), .publicAddressHour, .bucketGigabyte, .dashboard, .logGigabyte] + credits {
            #expect(asked.contains(item), "\(item) is in the estimate")
            let price = try #require(refresh.prices.region[item])
            #expect(price.source == .list("2026-11-20"), "\(item): \(refresh.unfound.filter { $0.item == item })")
            #expect(price.each == prices.region[item]?.each, "\(item)")
        }
    }

    @Test func anAnswerThatIsNoProductIsAReport() async throws {
        let transport = ListOnPaper(["AmazonEC2": #"{"FormatVersion":"aws_v1","PriceList":["{\"produce\":{}}"]}"#])
        await #expect(throws: Report.self) {
            _ = try await cloud(transport).products(PriceQuery(service: "AmazonEC2", filters: [:]))
        }
    }
}
