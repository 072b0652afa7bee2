import Yams

/// Reads the documents of one file of manifests, within limits.
struct ManifestReader {
    static let maximumBytes = 4 << 20
    static let maximumDocuments = 1000
    static let maximumNodes = 200_000
    static let maximumDepth = 64

    /// Why a file cannot be read.
    struct Fault: Error, Sendable {
        var line: Int
        var reason: String
    }

    private var nodes = 0
    private var fields = 0

    static func read(_ text: String, file: String) throws(Fault) -> [Manifest] {
        guard text.utf8.count <= maximumBytes else { throw Fault(line: 1, reason: "the file is larger than \(maximumBytes >> 20) MiB") }
        var roots: [Node] = []
        do {
            let parser = try Parser(yaml: text, encoding: .utf8)
            while let root = try parser.nextRoot() {
                roots.append(root)
                guard roots.count <= maximumDocuments else { throw Fault(line: 1, reason: "more than \(maximumDocuments) documents") }
            }
        } catch let fault as Fault {
            throw fault
        } catch let error as YamlError {
            throw fault(error, text)
        } catch {
            throw Fault(line: 1, reason: "it is no YAML: \(error)")
        }
        var reader = ManifestReader()
        var manifests: [Manifest] = []
        for root in roots { manifests += try reader.manifests(root, file: file) }
        return manifests
    }

    /// A document; of a `List`, its items.
    private mutating func manifests(_ root: Node, file: String) throws(Fault) -> [Manifest] {
        fields = 0
        let node = try convert(root, line: root.mark?.line ?? 1, path: "", depth: 1)
        guard !node.pairs.isEmpty else { return [] }
        if node["kind"]?.text == "List" {
            return (node["items"]?.elements ?? []).map { Self.manifest($0, file: file) }
        }
        return [Self.manifest(node, file: file)]
    }

    private static func manifest(_ node: ManifestNode, file: String) -> Manifest {
        Manifest(
            file: file, apiVersion: node["apiVersion"]?.text ?? "", kind: node["kind"]?.text ?? "",
            name: node[path: "metadata", "name"]?.text ?? node[path: "metadata", "generateName"]?.text ?? "unnamed",
            namespace: node[path: "metadata", "namespace"]?.text ?? "default", line: node.line, root: node)
    }

    /// Aliases were put in by the parser; counting what comes out keeps a file that multiplies itself within bounds.
    private mutating func convert(_ node: Node, line: Int, path: String, depth: Int) throws(Fault) -> ManifestNode {
        nodes += 1
        guard nodes <= Self.maximumNodes else { throw Fault(line: line, reason: "more than \(Self.maximumNodes) values") }
        guard depth <= Self.maximumDepth else { throw Fault(line: line, reason: "nested more than \(Self.maximumDepth) deep") }
        let first = fields
        switch node {
        case .scalar(let scalar):
            fields += 1
            return ManifestNode(
                content: .scalar(scalar.string, isPlain: scalar.style == .plain || scalar.style == .any), line: line, path: path,
                fields: first..<fields)
        case .sequence(let sequence):
            var elements: [ManifestNode] = []
            for (index, element) in sequence.enumerated() {
                elements.append(try convert(element, line: element.mark?.line ?? line, path: "\(path)[\(index)]", depth: depth + 1))
            }
            if elements.isEmpty { fields += 1 }
            return ManifestNode(content: .sequence(elements), line: line, path: path, fields: first..<fields)
        case .mapping(let mapping):
            var pairs: [(key: String, line: Int, value: ManifestNode)] = []
            for (key, value) in mapping {
                let name = key.scalar?.string ?? ""
                let place = key.mark?.line ?? line
                pairs.append(
                    (name, place, try convert(value, line: place, path: path.isEmpty ? name : "\(path).\(name)", depth: depth + 1)))
            }
            if pairs.isEmpty { fields += 1 }
            return ManifestNode(content: .mapping(pairs), line: line, path: path, fields: first..<fields)
        case .alias: throw Fault(line: line, reason: "an alias without its anchor")
        }
    }

    private static func fault(_ error: YamlError, _ text: String) -> Fault {
        let template = text.contains("{{") && !text.contains("args.") ? "; a template must be rendered first" : ""
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return Fault(line: mark.line, reason: "it is no YAML: \(problem)\(template)")
        case .duplicatedKeysInMapping(let keys, let context):
            return Fault(line: max(1, context.mark.line), reason: "the key '\(keys.first ?? "")' stands twice in one map")
        default: return Fault(line: 1, reason: "it is no YAML\(template)")
        }
    }
}
