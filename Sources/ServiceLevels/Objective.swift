public import Statistics

/// A service level objective: which share of the requests must be good over a period, and what good means.
public struct Objective: Sendable, Hashable {
    /// What makes a request bad.
    public enum Indicator: Sendable, Hashable {
        /// It is an error by the policy's own definition.
        case errors
        /// It took longer than so many seconds.
        case slower(thanSeconds: Double)
    }

    public var name: String
    public var indicator: Indicator
    /// Share of good requests that is promised, above 0 and below 1.
    public var objective: Double
    /// The period of the error budget.
    public var periodSeconds: Double
    /// Fewer canary requests or bad ones than these in the long window are no breach.
    public var minimumRequests: Double
    public var minimumErrors: Double
    /// Rules that wake somebody, the fastest first; never empty.
    public var page: [BurnRateRule]
    /// Rules that can wait for the working day.
    public var ticket: [BurnRateRule]

    public init(
        name: String, indicator: Indicator = .errors, objective: Double, periodSeconds: Double = 30 * 86400, minimumRequests: Double = 20,
        minimumErrors: Double = 3, page: [BurnRateRule] = [.pageFast, .pageSlow], ticket: [BurnRateRule] = [.ticketFast, .ticketSlow]
    ) {
        self.name = name
        self.indicator = indicator
        self.objective = objective
        self.periodSeconds = periodSeconds
        self.minimumRequests = minimumRequests
        self.minimumErrors = minimumErrors
        self.page = page
        self.ticket = ticket
    }

    /// Share of bad requests that the objective allows.
    public var budget: Double { 1 - objective }

    /// What is promised where a policy says nothing.
    public static let standard = Objective(name: "availability", objective: 0.999)
}
