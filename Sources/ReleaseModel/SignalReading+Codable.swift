/// Coded as an object with one member that names the kind: `{"number":97.5}`, `{"missing":"no canary requests"}`.
extension SignalReading {
    private enum Kind: String, CodingKey { case bool, number, string, missing, failed }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Kind.self)
        if let value = try container.decodeIfPresent(Bool.self, forKey: .bool) {
            self = .bool(value)
        } else if let value = try container.decodeIfPresent(Double.self, forKey: .number) {
            self = .number(value)
        } else if let value = try container.decodeIfPresent(String.self, forKey: .string) {
            self = .string(value)
        } else if let reason = try container.decodeIfPresent(String.self, forKey: .missing) {
            self = .missing(reason)
        } else {
            self = .failed(try container.decode(String.self, forKey: .failed))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Kind.self)
        switch self {
        case .bool(let value): try container.encode(value, forKey: .bool)
        case .number(let value): try container.encode(value, forKey: .number)
        case .string(let value): try container.encode(value, forKey: .string)
        case .missing(let reason): try container.encode(reason, forKey: .missing)
        case .failed(let reason): try container.encode(reason, forKey: .failed)
        }
    }
}
