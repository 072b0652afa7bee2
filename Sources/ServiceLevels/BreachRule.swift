/// By which of the field's two habits `slo.breached` is told.
public enum BreachRule: Sendable, Hashable {
    /// A page rule of the burn rates, with an e-process that agrees.
    case burnRate
    /// The canary's error rate above a percentile of the stable revision's own, minute by minute, for some time.
    case percentile(Percentile)

    public struct Percentile: Sendable, Hashable {
        /// Between 0 and 1: 0.99 for the 99th percentile.
        public var p: Double
        /// Over how much of the past the percentile slides.
        public var overSeconds: Double
        /// How long the canary must lie above it.
        public var forSeconds: Double

        public init(p: Double = 0.99, overSeconds: Double = 3600, forSeconds: Double = 300) {
            self.p = p
            self.overSeconds = overSeconds
            self.forSeconds = forSeconds
        }
    }
}
