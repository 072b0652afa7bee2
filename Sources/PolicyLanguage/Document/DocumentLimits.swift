/// What a file may hold.
public enum DocumentLimits {
    public static let policyBytes = 64 * 1024
    public static let targetBytes = 1024 * 1024
    /// Scalars, mappings and sequences.
    public static let nodes = 50_000
    public static let depth = 32
    /// `- - - -` or `? ? ?` at the start of one line.
    public static let indicatorsPerLine = 8
    public static let stages = 50
    public static let treeNodes = 100
    /// How deep nodes of the tree may stand within each other.
    public static let treeDepth = 8
    public static let rules = 64
    public static let colors = 64
    /// Beside the stable one.
    public static let arms = 15
    public static let strata = 4
    public static let webhooks = 16
    /// `metrics.also`
    public static let furtherSources = 8
    public static let targetNodes = 1000
    public static let targetServices = 1000
    public static let revisionsPerService = 64
    public static let serversPerRevision = 1000
    /// Characters of a name that is shown to people (a node of the tree, a rule).
    public static let titleCharacters = 80
}
