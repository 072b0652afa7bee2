import Predicates

/// The signals of the shipped plugins and of the engine.
let signals = SignalSchema([
    ("score", .number, 0, 100), ("scoreDrop", .number, -100, 100), ("scoreDrop.low", .number, -100, 100), ("coverage", .number, 0, 1),
    ("complete", .bool, nil, nil), ("errors.guilty", .bool, nil, nil), ("latency.guilty", .bool, nil, nil), ("gc.guilty", .bool, nil, nil),
    ("memory.guilty", .bool, nil, nil), ("slo.breached", .bool, nil, nil), ("slo.burn_fast", .number, 0, nil),
    ("slo.burn_slow", .number, 0, nil), ("slo.budget_left", .number, nil, 1), ("samples", .number, 0, nil),
    ("logs.anomaly", .number, 0, 1), ("logs.bursts", .number, 0, nil), ("logs.new_errors", .number, 0, nil), ("drift", .bool, nil, nil),
])
