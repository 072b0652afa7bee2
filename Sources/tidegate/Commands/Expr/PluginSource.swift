import Predicates
import ReleaseModel

/// The Swift package of a routing plugin that decides as a policy's rules and colours say, compiled ahead of time.
///
/// Rules, weights, split and colours are those of `Routing`; only the conditions are functions instead of compiled predicates. A plan with
/// other conditions is decided all the same, by its own expressions.
struct PluginSource: Sendable {
    /// The plugin's type and file: `Checkout` gives `libCheckout.so`.
    let name: String
    /// What the plugin's description says it was made of.
    let origin: String
    let rules: [RequestPredicate]
    let colors: [RequestPredicate]
    /// Folder with the sources of Tidegate, whose modules it is built with.
    let tidegate: String

    /// Compiles the conditions, which get their slots in the order in which a routing table gives them out.
    ///
    /// - Throws: `ExpressionError` for a condition that is wrong, `ReleaseError` for a name that is none.
    init(name: String, origin: String, rules: [String], colors: [String], tidegate: String) throws {
        try Self.check(name)
        self.name = name
        self.origin = origin
        self.tidegate = tidegate
        var slots = RequestSlots()
        self.rules = try rules.enumerated().map { try RequestPredicate($0.element, slots: &slots, place: "rule \($0.offset + 1)") }
        self.colors = try colors.enumerated().map { try RequestPredicate($0.element, slots: &slots, place: "colour \($0.offset + 1)") }
    }

    private static func check(_ name: String) throws(ReleaseError) {
        let isLetter: (UInt8) -> Bool = { (65...90).contains($0) || (97...122).contains($0) }
        guard (1...64).contains(name.utf8.count), name.utf8.first.map({ (65...90).contains($0) }) == true,
            name.utf8.allSatisfy({ isLetter($0) || (48...57).contains($0) })
        else {
            throw ReleaseError(
                .invalidInput, "'\(name)' is no name of a plugin", place: "--name",
                advice: "a capital letter first, then letters and digits, at most 64: CheckoutRouting")
        }
    }

    /// The files of the package, by their paths in it.
    var files: [(path: String, text: String)] {
        [("Package.swift", manifest), ("Sources/\(name)/\(name).swift", plugin), ("Sources/\(name)/Conditions.swift", conditions)]
    }

    private var manifest: String {
        """
        // swift-tools-version: 6.1
        import PackageDescription

        let package = Package(
            name: "\(name)",
            platforms: [.macOS(.v15)],
            products: [.library(name: "\(name)", type: .dynamic, targets: ["\(name)"])],
            dependencies: [.package(name: "tidegate", path: \(Self.literal(tidegate)))],
            targets: [
                .target(
                    name: "\(name)",
                    dependencies: [
                        .product(name: "PluginKit", package: "tidegate"), .product(name: "ReleaseModel", package: "tidegate"),
                        .product(name: "Routing", package: "tidegate"), .product(name: "Predicates", package: "tidegate"),
                    ])
            ],
            swiftLanguageModes: [.v6]
        )

        """
    }

    private var conditions: String {
        let functions =
            rules.enumerated().map { (name: "rule\($0.offset)", predicate: $0.element) }
            + colors.enumerated().map { (name: "color\($0.offset)", predicate: $0.element) }
        let texts = functions.map { function in
            let lines = SwiftPrinter.source(of: function.predicate, name: function.name).split(
                separator: "\n", omittingEmptySubsequences: false)
            return lines.drop { $0.hasPrefix("import ") || $0.isEmpty }.joined(separator: "\n")
        }
        return "// Printed from \(Self.comment(origin)). An edit here is lost with the next build.\nimport Predicates\n\n"
            + texts.joined(separator: "\n")
    }

    private var plugin: String {
        """
        import Foundation
        public import PluginKit
        import ReleaseModel
        import Routing

        /// Routes by rules in their order, then by weights; conditions printed from \(Self.comment(origin)).
        public struct \(name): TablePlugin, RoutingPathPlugin {
            public static let descriptor = PluginDescriptor(
                name: "\(name)", alias: "\(name.lowercased())", kind: .routing, version: "1.0.0",
                summary: "Rules first, then weights; conditions compiled ahead of time.")

            static let ruleSources: [String] = [\(rules.map { Self.literal($0.source) }.joined(separator: ", "))]
            static let colorSources: [String] = [\(colors.map { Self.literal($0.source) }.joined(separator: ", "))]

            public init() {}

            /// The plan as it is, when it is sound: there is nothing to complete.
            public func table(_ request: TableRequest, _ context: CallContext) throws -> TableResponse {
                let plan = request.plan
                _ = try table(of: plan)
                for arm in plan.arms where arm.weight > .zero && arm.servers.isEmpty {
                    throw PluginFailure(
                        code: ReleaseError.Code.invalidInput.rawValue,
                        reason: "the arm '\\(arm.name)' is to get \\(arm.weight) of the traffic, but revision '\\(arm.revision)' has no servers")
                }
                return TableResponse(plan: plan)
            }

            public func router(for plan: TrafficPlan) throws -> any RequestRouter {
                let table = try table(of: plan)
                return Router(table: table, gate: try gate(of: table))
            }

            /// The plan's routing, by the printed conditions where the plan has these and no others.
            private func table(of plan: TrafficPlan) throws -> RoutingTable {
                let table: RoutingTable
                do {
                    table = try RoutingTable(
                        routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
                } catch {
                    throw PluginFailure(code: error.code.rawValue, reason: error.description)
                }
                guard plan.routing.rules.map(\\.when) == Self.ruleSources, plan.routing.colors.map(\\.when) == Self.colorSources else { return table }
                return table.ahead(
                    rules: [\(list("rule", rules.count))],
                    colors: [\(list("color", colors.count))])
            }

            private func gate(of table: RoutingTable) throws -> ColorGate {
                var secrets: [String: [UInt8]] = [:]
                for key in table.propagation.keys {
                    guard let reference = SecretReference(key.secret) else {
                        throw PluginFailure(
                            code: ReleaseError.Code.invalidInput.rawValue, reason: "the colour key '\\(key.id)' has no reference to its secret")
                    }
                    secrets[key.id] = Array(try reference.resolve().utf8)
                }
                do {
                    return try ColorGate(propagation: table.propagation, tagHeader: table.tagHeader, secrets: secrets)
                } catch {
                    throw PluginFailure(code: error.code.rawValue, reason: error.description)
                }
            }
        }

        /// Decides requests by one table.
        struct Router: RequestRouter {
            let table: RoutingTable
            let gate: ColorGate

            func route(_ request: RouteRequest) -> RouteAssignment {
                let headers = (0..<request.headerCount).map { index in
                    let header = request.header(at: index)
                    return RoutingRequest.Header(name: Array(header.name), value: Array(header.value))
                }
                let routed = RoutingRequest(
                    method: Array(request.method), target: Array(request.path), host: Array(request.host), scheme: Array(request.scheme),
                    clientAddress: Array(request.clientAddress), headers: headers)
                let now = Timestamp(seconds: Date().timeIntervalSince1970)
                let assignment = table.assign(routed, now: now, inbound: gate.admit(routed, now: now).colors)
                return RouteAssignment(
                    arm: assignment.armIndex, rule: assignment.ruleIndex, bucket: assignment.bucket, colors: assignment.colorBits,
                    errors: assignment.failures)
            }
        }

        @_cdecl("tidegate_plugin_\(name)")
        public func tidegatePlugin\(name)() -> UnsafeRawPointer { PluginEntry.export(\(name).self) }

        """
    }

    private func list(_ prefix: String, _ count: Int) -> String { (0..<count).map { "\(prefix)\($0)" }.joined(separator: ", ") }

    /// `text` as a literal of Swift: everything but printable ASCII as an escape.
    static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"": literal += "\\\(scalar)"
            case _ where scalar.value >= 0x20 && scalar.value < 0x7F: literal.unicodeScalars.append(scalar)
            default: literal += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return literal + "\""
    }

    /// `text` in one line, for a comment.
    private static func comment(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
}
