/// One document of a file of Kubernetes manifests.
struct Manifest: Sendable {
    var file: String
    var apiVersion: String
    var kind: String
    var name: String
    var namespace: String
    var line: Int
    var root: ManifestNode

    var group: String { String(apiVersion.prefix { $0 != "/" }) }
    var spec: ManifestNode? { root["spec"] }
}
