package import Resources
import Stacks

/// The network that a plan's resources make, read before anything exists.
package enum PlannedNetwork {
    package static func model(of graph: ResourceGraph) -> NetworkModel {
        var reader = NetworkReader(graph.resources)
        return reader.read()
    }
}
