import AWSServices
import AWSWire
package import Costs
import Stacks

extension AWSCloudStack: PriceSource {
    /// The list is the same for every account; the API is in us-east-1.
    package func products(_ query: PriceQuery) async throws -> [ListedProduct] {
        let filters = query.filters.sorted { $0.key < $1.key }
            .map { Pricing.Filter(type: .termMatch, field: $0.key, value: $0.value) }
        let request = Pricing.GetProductsRequest(
            serviceCode: query.service, filters: filters, formatVersion: "aws_v1", maxResults: 100)
        return try await reportingRefusals("read the prices of \(query.service)") {
            let texts = try await connection.client.all(request, region: "us-east-1") { $0.priceList }
            return try texts.compactMap { try ListedProduct(json: $0, service: query.service) }
        }
    }
}

extension JSONText {
    /// Of an object, in no order.
    fileprivate var values: [JSONText] {
        if case .object(let members) = self { Array(members.values) } else { [] }
    }
}

extension ListedProduct {
    /// A product of the list, `{"product": {…}, "terms": {"OnDemand": {…}}, "publicationDate": …}`. Without a price on demand it
    /// has no steps; nil for one that has no usage type, which no bill can name. Source: the price list's format, AWS Billing user
    /// guide, 2026-11.
    ///
    /// - Throws: A report where the text is no product at all.
    init?(json text: String, service: String) throws(Report) {
        guard let json = try? JSONReader.read(Array(text.utf8)), let product = json["product"] else {
            throw Report(
                "cannot read the prices of \(service): the list has something that is no product",
                state: "nothing was estimated")
        }
        guard let attributes = product["attributes"], let usageType = attributes["usagetype"]?.string else {
            return nil
        }
        // One term, one rate for each step.
        let terms = json["terms"]?["OnDemand"]?.values ?? []
        let dimensions = terms.flatMap { $0["priceDimensions"]?.values ?? [] }
        let steps = dimensions.compactMap { dimension -> Step? in
            guard let each = dimension["pricePerUnit"]?["USD"]?.string else { return nil }
            return Step(from: dimension["beginRange"]?.string ?? "0", each: each)
        }
        self.init(
            family: product["productFamily"]?.string ?? "", usageType: usageType,
            operation: attributes["operation"]?.string ?? "",
            published: String((json["publicationDate"]?.string ?? "").prefix(10)),
            steps: steps.sorted { $0.from < $1.from })
    }
}
