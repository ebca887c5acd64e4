/// One thing that is done for a restore. Each may be done twice.
package enum RestoreStep: Sendable, Equatable {
    /// Has the cloud make a cluster, which has no server yet.
    case makeCopy(RestoreOrder, from: String, named: String)
    /// - Parameter number: of the stack's servers, whose settings it gets; from 1.
    case addServer(number: Int, to: String)
    /// Gives the copy the settings of the database.
    case settle(String)
    /// Lets the application's role of now in with its password of now, and marks the copy as ready.
    case admit(String)
    /// From here on the copy is taking the place of the database.
    case begin(String, exchange: String)
    /// Marks the database as what is about to be set aside.
    case mark(String, exchange: String)
    case renameCluster(String, to: String)
    case renameServer(String, to: String)
    /// Cuts what connections the servers of what was the database still have, and notes that it is the database no more.
    ///
    /// - Parameter at: seconds since 1970.
    case cut(String, at: Int)
    /// The copy takes its place in the stack, and it is noted of what it was made.
    ///
    /// - Parameter at: seconds since 1970.
    case place(String, at: Int)
    /// What was the database leaves its place in the stack.
    case leave(String)
    /// Nothing tells the copy from a database that `up` has made any more.
    case forget(String)

    /// For whoever watches.
    package var text: String {
        switch self {
        case .makeCopy(let order, let cluster, let name):
            switch order.source {
            case .moment: "RDS makes \(name) of \(cluster) as of \(order.source.text)"
            case .snapshot(let snapshot): "RDS makes \(name) of the snapshot \(snapshot)"
            }
        case .addServer(_, let cluster): "a server is added to \(cluster)"
        case .settle(let cluster): "\(cluster) gets the settings of the database"
        case .admit(let cluster): "the application is let into \(cluster)"
        case .begin(let cluster, _): "\(cluster) takes the place of the database"
        case .mark(let cluster, _): "\(cluster) is set aside"
        case .renameCluster(let name, let other), .renameServer(let name, let other): "\(name) is renamed \(other)"
        case .cut(let cluster, _): "connections to \(cluster) are cut"
        case .place(let cluster, _): "\(cluster) takes its place in the stack"
        case .leave(let cluster): "\(cluster) leaves its place in the stack"
        case .forget(let cluster): "\(cluster) is the database"
        }
    }
}
