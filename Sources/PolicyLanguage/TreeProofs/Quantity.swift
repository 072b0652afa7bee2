internal import Predicates

/// A number that conditions compare: a signal, or a percentile of one.
enum Quantity: Sendable, Hashable {
    case signal(String)
    case figure(HistoryTerm)

    /// The signal that must be there for the number to be.
    var signal: String {
        switch self {
        case .signal(let name): name
        case .figure(let term): term.signal
        }
    }

    var text: String {
        switch self {
        case .signal(let name): name
        case .figure(let term): term.description
        }
    }
}

/// A sum of quantities, each with a factor, and a constant.
struct LinearForm: Sendable, Hashable {
    /// In the order of first use, none with factor 0.
    var terms: [(quantity: Quantity, factor: Double)] = []
    var constant = 0.0

    static func == (left: Self, right: Self) -> Bool {
        left.constant == right.constant && left.terms.elementsEqual(right.terms) { $0.quantity == $1.quantity && $0.factor == $1.factor }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(constant)
        for term in terms {
            hasher.combine(term.quantity)
            hasher.combine(term.factor)
        }
    }

    func adding(_ other: LinearForm, times factor: Double) -> LinearForm {
        var sum = self
        sum.constant += other.constant * factor
        for term in other.terms {
            if let index = sum.terms.firstIndex(where: { $0.quantity == term.quantity }) {
                sum.terms[index].factor += term.factor * factor
            } else {
                sum.terms.append((term.quantity, term.factor * factor))
            }
        }
        sum.terms.removeAll { $0.factor == 0 }
        return sum
    }

    /// The operand as a linear form; nil where it is none.
    init?(_ operand: ConditionOperand, of condition: Condition) {
        switch operand {
        case .number(let value): constant = value
        case .string: return nil
        case .signal(let name): terms = [(.signal(name), 1)]
        case .figure(let index): terms = [(.figure(condition.historyTerms[index]), 1)]
        case .negated(let inner):
            guard let form = LinearForm(inner, of: condition) else { return nil }
            self = LinearForm().adding(form, times: -1)
        case .arithmetic(let operation, let left, let right):
            guard let left = LinearForm(left, of: condition), let right = LinearForm(right, of: condition) else { return nil }
            switch operation {
            case .add: self = left.adding(right, times: 1)
            case .subtract: self = left.adding(right, times: -1)
            case .multiply where right.terms.isEmpty: self = LinearForm().adding(left, times: right.constant)
            case .multiply where left.terms.isEmpty: self = LinearForm().adding(right, times: left.constant)
            case .divide where right.terms.isEmpty && right.constant != 0: self = LinearForm().adding(left, times: 1 / right.constant)
            default: return nil
            }
        }
    }

    init() {}
}

extension ConditionOperand {
    /// Every quantity that the operand reads.
    func quantities(of condition: Condition) -> [Quantity] {
        switch self {
        case .number, .string: []
        case .signal(let name): [.signal(name)]
        case .figure(let index): [.figure(condition.historyTerms[index])]
        case .negated(let inner): inner.quantities(of: condition)
        case .arithmetic(_, let left, let right): left.quantities(of: condition) + right.quantities(of: condition)
        }
    }
}
