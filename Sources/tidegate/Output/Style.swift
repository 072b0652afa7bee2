/// Colours and weights of terminal text; a style that is off leaves every text as it is.
struct Style: Sendable, Hashable {
    enum Ink: String, Sendable {
        case bold = "1"
        case dim = "2"
        case inverse = "7"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case magenta = "35"
        case cyan = "36"
    }

    static let plain = Style(isEnabled: false)
    static let colored = Style(isEnabled: true)

    let isEnabled: Bool

    func callAsFunction(_ text: String, _ inks: Ink...) -> String {
        guard isEnabled, !text.isEmpty, !inks.isEmpty else { return text }
        return "\u{1B}[\(inks.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
    }
}
