import Costs
import Resources
import Stacks

/// What the copy of the drill `restore` costs on AWS while it is there, as far as prices are known. Pure.
struct RestoreDrillCost {
    let graph: ResourceGraph
    let region: String

    /// `its server, a db.t4g.medium, costs $0.073 an hour meanwhile`
    var text: String {
        guard let name = serverClass else { return "a copy costs what its server does meanwhile" }
        guard let hourly = (try? StackPrices.snapshot(for: region))?.region[.serverHour(name)]?.each else {
            return "its server costs what the database's first one does meanwhile"
        }
        return "its server, a \(name), costs \(hourly.exact) an hour meanwhile"
    }

    private var serverClass: String? {
        for resource in graph.resources {
            if case .databaseInstance(let settings) = resource.settings { return settings.instanceClass }
        }
        return nil
    }
}
