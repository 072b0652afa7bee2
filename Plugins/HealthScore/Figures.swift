internal import ReleaseModel

extension JSONValue {
    /// A number for the evidence; null where there is none or it is not finite.
    static func figure(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .number(value)
    }
}

extension SignalReading {
    /// A number that is kept within its range; missing where it is not finite.
    static func figure(_ value: Double, in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
        -> SignalReading
    {
        guard value.isFinite else { return .missing("the figure is not finite") }
        return .number(min(max(value, range.lowerBound), range.upperBound))
    }
}

/// A ratio, nil where the denominator is zero.
func quotient(_ numerator: Double, _ denominator: Double) -> Double? {
    guard denominator > 0, numerator.isFinite, denominator.isFinite else { return nil }
    return numerator / denominator
}
