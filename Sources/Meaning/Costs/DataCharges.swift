import Resources
import Stacks

extension Estimator {
    func charges(for cluster: DatabaseClusterSettings) -> [Charge] {
        var charges = [
            Charge("storage", .databaseGigabyte, assumptions.databaseGigabytes),
            Charge("reads and writes", .databaseIO, assumptions.databaseIO),
            .unknown(
                "backups", .backupGigabyte,
                note: "what \(cluster.backupDays) days of backups take beyond the size of the database"),
        ]
        // RDS makes it and rotates it; it is in no list of resources.
        if cluster.managesMasterPassword { charges.append(Self.secret("secret of the master user")) }
        return charges
    }

    func charges(for instance: DatabaseInstanceSettings) -> [Charge] {
        guard instance.instanceClass != "db.serverless" else { return serverless }
        let server = Charge.hourly(instance.instanceClass, .serverHour(instance.instanceClass))
        guard instance.instanceClass.hasPrefix("db.t") else { return [server] }
        let family = instance.instanceClass.split(separator: ".").prefix(2).joined(separator: ".")
        return [server, .unknown("CPU credits", .cpuCreditHour(family), note: "above the class's baseline over a day")]
    }

    private var serverless: [Charge] {
        guard let capacity = serverlessCapacity else { return [] }
        let average = assumptions.capacity(least: capacity.least, most: capacity.most)
        let hours = average.map { Quantity(Assumptions.hours).times($0, over: 1000) }
        let units = { (thousandths: Int) in Quantity(millionths: thousandths * 1000).description }
        return [
            Charge(
                "serverless server", .capacityUnitHour, hours,
                note:
                    "\(units(average.low)), \(units(average.expected)) and \(units(average.high)) capacity units on average"
            )
        ]
    }

    /// In thousandths of a unit.
    private var serverlessCapacity: (least: Int, most: Int)? {
        for resource in resources {
            guard case .databaseCluster(let cluster) = resource.settings, let range = cluster.serverless else {
                continue
            }
            // Halves of a unit: exact.
            return (Int(range.min * 2) * 500, Int(range.max * 2) * 500)
        }
        return nil
    }
}
