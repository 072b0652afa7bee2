internal import PluginKit
internal import ReleaseModel

// Promises of kinds `scoring` and `signals`.
extension ConformanceChecks {
    private static let windows = 60

    mutating func runForEvaluators() async {
        let plugin = plugin
        let configuration = configuration
        await check("no inputs give no outputs", "an empty batch") {
            try await plugin.evaluate(EvaluateRequest(inputs: [])).outputs.isEmpty ? nil : "outputs came for nothing"
        }
        await check("no data is never healthy", "windows without samples and logs, with and without a problem of the source") {
            for problems in [[], ["the source could not be reached"]] {
                let input = Self.input(window: 1, configuration: configuration, state: nil, samples: [], problems: problems)
                let output = try await plugin.evaluate(EvaluateRequest(inputs: [input])).outputs[0]
                for (descriptor, signal) in zip(plugin.descriptor.signals(under: configuration), output.signals) {
                    if problems.isEmpty, case .failed(let reason) = signal.reading { return "\(signal.name) failed: \(reason)" }
                    if descriptor.isBetterThanWorst(signal.reading) {
                        return "\(signal.name) reads \(signal.reading) without any data; it should be missing"
                    }
                }
            }
            return nil
        }
        await check("the same input gives the same bytes", "two calls with one batch of two releases") {
            let request = EvaluateRequest(
                inputs: [1, 2].map { Self.input(window: $0, configuration: configuration, state: nil, samples: Self.samples(window: $0)) })
            guard case .success(let payload) = PluginMessage.encode(request) else { return "the request could not be written" }
            let first = try await Self.raw(plugin, PluginOperation.evaluate.rawValue, payload).get()
            let second = try await Self.raw(plugin, PluginOperation.evaluate.rawValue, payload).get()
            return first == second ? nil : "two answers differ"
        }
        await check("its signals keep to the descriptor and its state stays bounded", "\(Self.windows) windows, state passed through") {
            var state: JSONValue?
            for window in 1...Self.windows {
                let input = Self.input(
                    window: window, configuration: configuration, state: state, samples: Self.samples(window: window),
                    mark: window > Self.windows / 2 ? Self.end(of: Self.windows / 2) : nil)
                let output = try await plugin.evaluate(EvaluateRequest(inputs: [input])).outputs[0]
                for signal in output.signals + output.sinceMark {
                    if case .failed(let reason) = signal.reading { return "\(signal.name) in window \(window): \(reason)" }
                }
                state = output.state
            }
            return nil
        }
        await check("foreign state is refused or begun anew", "state of another plugin") {
            let state: JSONValue = ["version": 999_999, "of": ["another", "plugin"], "count": "many"]
            let input = Self.input(window: 1, configuration: configuration, state: state, samples: Self.samples(window: 1))
            do throws(ReleaseError) {
                _ = try await plugin.evaluate(EvaluateRequest(inputs: [input]))
                return nil
            } catch {
                if case .running = plugin.state, error.code == .pluginFailed { return nil }
                return error.reason
            }
        }
    }

    private static func end(of window: Int) -> Timestamp { Timestamp(microseconds: 1_760_000_000_000_000 + Int64(window) * 10_000_000) }

    private static func input(
        window: Int, configuration: JSONValue, state: JSONValue?, samples: [Sample], problems: [String] = [], mark: Timestamp? = nil
    ) -> EvaluationInput {
        EvaluationInput(
            release: "conformance-\(window)", service: "conformance", configuration: configuration, state: state,
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 9000)),
                Arm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: 1000)),
            ],
            samples: samples, logs: [], problems: problems, windowStart: end(of: window - 1), windowEnd: end(of: window), warmUp: .zero,
            mark: mark, baking: false)
    }

    /// Two quiet arms: requests, no errors, latencies, memory.
    private static func samples(window: Int) -> [Sample] {
        [(Arm.stable, 900.0), (Arm.canary, 100.0)].flatMap { arm, requests in
            let values: [(String, SampleValue)] = [
                (Metric.requests, .delta(requests)), (Metric.errors, .delta(0)),
                (
                    Metric.latency,
                    .histogram(
                        edges: [0.05, 0.1, 0.5, 1], cumulative: [requests / 2, requests * 0.9, requests, requests], count: requests,
                        sum: requests * 0.06)
                ),
                (Metric.gcPauses, .histogram(edges: [0.1, 0.2, 1], cumulative: [2, 2, 2], count: 2, sum: 0.02)),
                (Metric.memoryFloor, .gauge(200e6 + Double(window % 7) * 1e5)), (Metric.processStart, .gauge(1_759_990_000)),
            ]
            return values.map { Sample(metric: $0.0, arm: arm, instance: "\(arm)-1", time: end(of: window), value: $0.1) }
        }
    }
}

extension SignalDescriptor {
    /// True for a known reading that says users are better off than the signal's worst.
    fileprivate func isBetterThanWorst(_ reading: SignalReading) -> Bool {
        switch (reading, worse) {
        case (.bool(let value), .true): !value
        case (.bool(let value), .false): value
        case (.number(let value), .higher): maximum.map { value < $0 } ?? true
        case (.number(let value), .lower): minimum.map { value > $0 } ?? true
        case (.bool, _), (.number, _), (.string, _), (.missing, _), (.failed, _): false
        }
    }
}
