internal import Foundation

/// A line over numbered polls with a threshold, as SVG text.
public struct LineFigure: Sendable, Hashable {
    public var title: String
    public var horizontal: String
    public var vertical: String
    /// One value a poll, all finite.
    public var values: [Double]
    public var threshold: Double?
    public var thresholdLabel: String

    public init(title: String, horizontal: String, vertical: String, values: [Double], threshold: Double?, thresholdLabel: String) {
        self.title = title
        self.horizontal = horizontal
        self.vertical = vertical
        self.values = values.filter(\.isFinite)
        self.threshold = threshold
        self.thresholdLabel = thresholdLabel
    }

    private static let (width, height, left, top, right, bottom) = (720.0, 320.0, 64.0, 44.0, 20.0, 44.0)
    /// More points than this are thinned out; the line keeps its shape.
    public static let maximumPoints = 2000

    public var svg: String {
        let (low, high) = range
        func x(_ index: Int) -> Double {
            Self.left + (Self.width - Self.left - Self.right) * (values.count > 1 ? Double(index) / Double(values.count - 1) : 0.5)
        }
        func y(_ value: Double) -> Double {
            Self.height - Self.bottom - (Self.height - Self.top - Self.bottom) * (value - low) / (high - low)
        }
        let step = max(1, (values.count + Self.maximumPoints - 1) / Self.maximumPoints)
        let shown = values.indices.filter { $0 % step == 0 || $0 == values.count - 1 }
        let points = shown.map { "\(Self.figure(x($0))),\(Self.figure(y(values[$0])))" }.joined(separator: " ")
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" font-family=\"sans-serif\" font-size=\"12\">",
            "<style>text{fill:#24292f}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>",
            Self.text(Self.left, 22, Self.escaped(title), size: 15),
        ]
        for value in Self.ticks(low, high) {
            lines.append(Self.line(Self.left, y(value), Self.width - Self.right, y(value), "#8883", 1))
            lines.append(Self.text(Self.left - 6, y(value) + 4, Self.label(value), anchor: "end"))
        }
        if let threshold {
            lines.append(Self.line(Self.left, y(threshold), Self.width - Self.right, y(threshold), "#c2571a", 1.5))
            lines.append(Self.text(Self.width - Self.right, y(threshold) - 5, Self.escaped(thresholdLabel), anchor: "end"))
        }
        if values.count == 1 {
            lines.append("<circle cx=\"\(Self.figure(x(0)))\" cy=\"\(Self.figure(y(values[0])))\" r=\"3\" fill=\"#1a7f5a\"/>")
        } else {
            lines.append("<polyline points=\"\(points)\" fill=\"none\" stroke=\"#1a7f5a\" stroke-width=\"2\"/>")
        }
        lines.append(Self.text(Self.left, Self.height - 24, "1"))
        lines.append(Self.text(Self.width - Self.right, Self.height - 24, "\(values.count)", anchor: "end"))
        lines.append(Self.text(Self.width / 2, Self.height - 10, Self.escaped(horizontal), anchor: "middle"))
        lines.append(Self.text(8, Self.top - 8, Self.escaped(vertical)))
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// What the axis shows: all values, the threshold and 0, with some room.
    private var range: (low: Double, high: Double) {
        let all = values + [0] + (threshold.map { [$0] } ?? [])
        let (low, high) = (all.min() ?? 0, all.max() ?? 1)
        let room = max((high - low) * 0.06, 1e-9)
        return (low - room, high + room)
    }

    /// Four to ten round values.
    private static func ticks(_ low: Double, _ high: Double) -> [Double] {
        let power = pow(10, floor(log10((high - low) / 4)))
        let step = [1.0, 2, 5].map { $0 * power }.last { (high - low) / $0 >= 4 } ?? power
        return stride(from: (low / step).rounded(.up) * step, through: high, by: step).prefix(12).map { $0 }
    }

    private static func figure(_ value: Double) -> String { String(format: "%.1f", value) }
    private static func label(_ value: Double) -> String { String(format: "%.4g", abs(value) < 1e-12 ? 0 : value) }

    private static func text(_ x: Double, _ y: Double, _ text: String, anchor: String = "start", size: Int = 12) -> String {
        "<text x=\"\(figure(x))\" y=\"\(figure(y))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\">\(text)</text>"
    }

    private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String, _ width: Double) -> String {
        "<line x1=\"\(figure(x1))\" y1=\"\(figure(y1))\" x2=\"\(figure(x2))\" y2=\"\(figure(y2))\" stroke=\"\(colour)\" stroke-width=\"\(width)\"/>"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
