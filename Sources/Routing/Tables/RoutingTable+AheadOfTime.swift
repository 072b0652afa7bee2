public import Predicates

extension RoutingTable {
    /// A condition as a function, as `SwiftPrinter` prints it: it throws what the predicate's evaluation throws.
    public typealias Condition = @Sendable (RequestView) throws -> Bool

    /// This table with the conditions of its rules and colours as functions that were compiled ahead of time.
    ///
    /// - Parameters:
    ///   - rules: one for each rule, in their order, printed from the very same predicate: same source, same slots.
    ///   - colors: one for each colour, likewise.
    /// - Precondition: there is a function for each of them.
    public func ahead(rules: [Condition], colors: [Condition]) -> RoutingTable {
        precondition(rules.count == self.rules.count && colors.count == self.colors.count, "one function for each rule and colour")
        var table = self
        for (index, condition) in rules.enumerated() { table.rules[index] = self.rules[index].ahead(condition) }
        for (index, condition) in colors.enumerated() { table.colors[index].ahead = condition }
        return table
    }
}

extension RequestPredicate {
    /// What the predicate says to a request, by the function that was compiled ahead of time where there is one.
    func evaluate(_ request: RequestView, ahead: RoutingTable.Condition?) throws(EvaluationError) -> Bool {
        guard let ahead else { return try evaluate(request) }
        do {
            return try ahead(request)
        } catch let error as EvaluationError {
            throw error
        } catch {
            throw .type("\(error)")
        }
    }
}
