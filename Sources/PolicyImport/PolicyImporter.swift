/// Turns the manifests of other release controllers into policies.
public enum PolicyImporter {
    /// Whose manifests they are.
    public enum Format: String, Sendable, CaseIterable {
        /// Argo Rollouts: Rollout, AnalysisTemplate, ClusterAnalysisTemplate.
        case argo
        /// Flagger: Canary, MetricTemplate, AlertProvider.
        case flagger
    }

    /// A file to import, already read, or why it could not be.
    public struct File: Sendable {
        public var name: String
        public var text: String
        /// Why there is no text. The other files are imported all the same.
        public var problem: String?

        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }

        public init(name: String, problem: String) {
            self.name = name
            text = ""
            self.problem = problem
        }
    }

    /// Imports all files together, so that templates are found in whichever file they lie.
    public static func run(_ format: Format, _ files: [File]) -> ImportReport {
        var session = ImportSession()
        for file in files { session.read(file) }
        switch format {
        case .argo: ArgoImport.run(&session)
        case .flagger: FlaggerImport.run(&session)
        }
        return session.report
    }
}
