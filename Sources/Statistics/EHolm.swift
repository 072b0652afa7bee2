internal import Foundation

/// Familywise error over several e-values by closed testing with arithmetic means (Vovk and Wang, 2021).
public enum EHolm {
    /// e*_i = min over j >= 0 of (e_i + sum of the j smallest others)/(j+1). Metric i is guilty where e*_i >= 1/alpha.
    public static func adjusted(_ values: [Double]) -> [Double] {
        values.indices.map { index in
            var others = values
            others.remove(at: index)
            others.sort()
            var sum = values[index]
            var least = sum
            for (count, other) in others.enumerated() {
                sum += other
                least = min(least, sum / Double(count + 2))
            }
            return least
        }
    }

    /// The same for logarithms, without overflow.
    public static func adjusted(logs: [Double]) -> [Double] {
        logs.indices.map { index in
            var others = logs
            others.remove(at: index)
            others.sort()
            var sum = logs[index]
            var least = sum
            for (count, other) in others.enumerated() {
                sum = LogSpace.sum(sum, other)
                least = min(least, sum - log(Double(count + 2)))
            }
            return least
        }
    }
}
