/// Finds secrets that are written out: a policy is stored, digested and shown, so it holds references only.
enum SecretScan {
    /// Keys whose value is a secret by their very name. Compared without case, `-` and `_`.
    private static let secretKeys = [
        "password", "passwd", "pwd", "token", "accesstoken", "bearertoken", "apikey", "accesskey", "secretkey", "privatekey", "secret",
        "clientsecret", "credential", "credentials", "authorization",
    ]

    /// Whether `text` names where a secret is to be found.
    static func isReference(_ text: String) -> Bool {
        for prefix in ["env:", "file:"] where text.hasPrefix(prefix) && text.count > prefix.count { return true }
        return false
    }

    /// Reports every secret in the whole tree below `node`.
    static func scan(_ node: DocumentNode, key: String? = nil, report: inout FindingReport) {
        switch node.content {
        case .mapping(let pairs):
            for (key, value) in pairs { scan(value, key: key.text, report: &report) }
        case .sequence(let elements):
            for element in elements { scan(element, key: key, report: &report) }
        case .scalar(let text, _):
            if let key, isSecret(key), !node.isNull, !isReference(text) {
                report.secretLines.insert(node.position.line)
                report.error(
                    .literalSecret, "'\(key)' holds a secret; only a reference may stand here", at: node.position,
                    suggestion: "write secret: env:NAME or secret: file:PATH")
            } else if hasUserInformation(text) {
                report.secretLines.insert(node.position.line)
                report.error(
                    .literalSecret, "the URL holds a user name or a password", at: node.position,
                    suggestion: "leave it out of the URL and write secret: env:NAME")
            }
        }
    }

    private static func isSecret(_ key: String) -> Bool {
        secretKeys.contains(key.lowercased().filter { $0 != "-" && $0 != "_" })
    }

    /// `scheme://user:password@host`, or a user alone.
    static func hasUserInformation(_ text: String) -> Bool {
        guard let scheme = text.firstRange(of: "://") else { return false }
        let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return authority.contains("@")
    }
}
