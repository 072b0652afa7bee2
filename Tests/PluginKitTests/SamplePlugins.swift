import PluginKit
import ReleaseModel

/// Gives back what its configuration asks for.
struct SampleScore: EvaluatorPlugin {
    static let descriptor = PluginDescriptor(
        name: "SampleScore", alias: "sample", kind: .scoring, version: "1", summary: "",
        signals: [SignalDescriptor(name: "x", kind: .number, worse: .lower, summary: "")])

    struct Ordinary: Error {}

    func validate(_ configuration: JSONValue) -> [SettingProblem] {
        configuration.isNull ? [SettingProblem(setting: "x", reason: "must not be null")] : []
    }

    func evaluate(_ request: EvaluateRequest, _ context: CallContext) throws -> EvaluateResponse {
        guard let input = request.inputs.first else { return EvaluateResponse(outputs: []) }
        var state: JSONValue = ["milliseconds": .number(Double(context.remaining / .milliseconds(1)))]
        var value = 1.0
        switch input.configuration["do"]?.string {
        case "failure": throw PluginFailure(code: "asked", reason: "as asked")
        case "long failure": throw PluginFailure(code: "asked", reason: String(repeating: "é", count: 100_000))
        case "release error": throw ReleaseError(.unavailable, "not there", place: "somewhere")
        case "ordinary": throw Ordinary()
        case "nan": value = .nan
        case "nan state": state = ["nested": [.number(.nan)]]
        case "large": state = .string(String(repeating: "x", count: 17 << 20))
        default: break
        }
        let signal = Signal(name: "x", reading: .number(value), evidence: ["deep": [.number(value), .number(-.infinity)]])
        return EvaluateResponse(outputs: [EvaluationOutput(release: input.release, signals: [signal], state: state)])
    }

    static func request(_ task: String) -> EvaluateRequest {
        EvaluateRequest(inputs: [
            EvaluationInput(
                release: "r-1", service: "s", configuration: ["do": .string(task)], state: nil, arms: [], samples: [], logs: [],
                problems: [],
                windowStart: Timestamp(microseconds: 0), windowEnd: Timestamp(microseconds: 1), warmUp: .zero, mark: nil, baking: false)
        ])
    }
}

/// Routes everything to its second arm and says what it saw in the colours and the bucket.
struct SampleRouter: TablePlugin, RoutingPathPlugin {
    static let descriptor = PluginDescriptor(name: "SampleRouter", alias: "router", kind: .routing, version: "1", summary: "")

    struct Router: RequestRouter {
        func route(_ request: RouteRequest) -> RouteAssignment {
            let sees = [
                request.method.elementsEqual("GET".utf8), request.path.elementsEqual("/a?b".utf8), request.host.elementsEqual("h".utf8),
                request.scheme.elementsEqual("https".utf8), request.clientAddress.isEmpty,
                request.header(named: "x-canary")?.elementsEqual("yes".utf8) ?? false, request.header(named: "x-none") == nil,
            ]
            let colors = sees.enumerated().reduce(UInt64(0)) { $1.element ? $0 | 1 << UInt64($1.offset) : $0 }
            return RouteAssignment(arm: 1, bucket: request.headerCount, colors: colors, errors: -3)
        }
    }

    func table(_ request: TableRequest, _ context: CallContext) throws -> TableResponse { TableResponse(plan: request.plan) }

    func router(for plan: TrafficPlan) throws -> any RequestRouter {
        guard plan.arms.count == 2 else { throw PluginFailure(code: "arms", reason: "two arms are needed") }
        return Router()
    }
}
