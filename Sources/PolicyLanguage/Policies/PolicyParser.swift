public import Predicates
public import ReleaseModel

/// Reads the YAML that people write into a `Policy`, and says what is wrong or doubtful about it.
///
/// Every finding has its place, the line with a caret, and what would be right. Unknown keys are refused; what is left out has the default
/// of `PolicyDefaults`.
public enum PolicyParser {
    /// Reads one policy.
    ///
    /// - Parameters:
    ///   - source: the text of the file.
    ///   - file: its name, as findings show it.
    ///   - signals: the signals that the plugins in use give; without them conditions are checked for their syntax only.
    /// - Returns: the policy, nil when there is a finding of severity error; and all findings in the order of their places.
    public static func parse(_ source: String, file: String, signals: SignalSchema? = nil) -> (policy: Policy?, findings: [Finding]) {
        var report = FindingReport(file: file, source: source)
        guard let root = DocumentReader.read(source, maximumBytes: DocumentLimits.policyBytes, report: &report) else {
            return (nil, report.sorted)
        }
        SecretScan.scan(root, report: &report)
        var reader = PolicyReader(report: report, signals: signals)
        let outline = reader.policy(root)
        report = reader.report
        if let outline { PolicyLint.check(outline, report: &report) }
        return (report.hasErrors ? nil : outline?.policy, report.sorted)
    }

    /// Reads one policy; every error in one `invalidInput`.
    public static func policy(_ source: String, file: String, signals: SignalSchema? = nil) throws(ReleaseError) -> Policy {
        let (policy, findings) = parse(source, file: file, signals: signals)
        if let policy { return policy }
        throw ReleaseError(.invalidInput, errors: findings, file: file)
    }
}

extension ReleaseError {
    /// All errors among `findings` in one.
    init(_ code: Code, errors findings: [Finding], file: String) {
        let errors = findings.filter { $0.severity == .error }
        self.init(
            code,
            errors.count == 1 ? "1 error\n\(errors[0])" : "\(errors.count) errors\n" + errors.map(\.description).joined(separator: "\n"),
            place: file)
    }
}
