import Foundation

extension DetectionReport {
    /// The comparison with the peers as a picture: for each regression a bar per judge, its length the bad requests on a logarithmic scale.
    public var svg: String {
        let peers = peers.filter { $0.tuning == .thisTraffic }
        let judges = unique(peers.map(\.judge))
        let cells = unique(peers.map(Self.label))
        let (bar, gap, left, width, top) = (13.0, 14.0, 200.0, 560.0, 74.0)
        let height = top + Double(cells.count) * (Double(judges.count) * bar + gap) + 40
        let greatest = max(10, peers.map(\.badRequests).max() ?? 10)
        func x(_ value: Double) -> Double { left + width * max(0, log10(max(1, value))) / log10(greatest) }
        var lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(left + width + 90)) \(Int(height))" font-family="sans-serif" font-size="11">
            <style>text { fill: #24292f } .axis { stroke: #8884 } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }</style>
            <text x="8" y="20" font-size="15">Bad requests served by the canary until the rollback</text>
            <text x="8" y="38">mean of many releases; every judge set, for each traffic, to the same measured rate of false rollbacks; logarithmic scale</text>
            """
        ]
        for (index, judge) in judges.enumerated() {
            let place = 8 + Double(index) * 150
            lines.append(Self.rectangle(place, 48, 10, 10, Self.colours[index % Self.colours.count]))
            lines.append("<text x=\"\(Self.figure(place + 14))\" y=\"57\">\(Self.escaped(judge))</text>")
        }
        var power = 1.0
        while power <= greatest {
            let place = Self.figure(x(power))
            lines.append("<line class=\"axis\" x1=\"\(place)\" x2=\"\(place)\" y1=\"\(top)\" y2=\"\(height - 30)\"/>")
            lines.append("<text x=\"\(place)\" y=\"\(height - 16)\" text-anchor=\"middle\">\(Int(power))</text>")
            power *= 10
        }
        for (row, cell) in cells.enumerated() {
            let y = top + Double(row) * (Double(judges.count) * bar + gap) + gap / 2
            lines.append(
                "<text x=\"\(left - 8)\" y=\"\(Self.figure(y + Double(judges.count) * bar / 2 + 4))\" text-anchor=\"end\">\(cell)</text>")
            for (index, judge) in judges.enumerated() {
                guard let one = peers.first(where: { Self.label($0) == cell && $0.judge == judge })
                else { continue }
                let place = y + Double(index) * bar
                lines.append(
                    Self.rectangle(left, place, max(1, x(one.badRequests) - left), bar - 3, Self.colours[index % Self.colours.count]))
                let missed = one.missed > 0.005 ? ", \(Int((one.missed * 100).rounded()))% missed" : ""
                lines.append(
                    "<text x=\"\(Self.figure(x(one.badRequests) + 4))\" y=\"\(Self.figure(place + 9))\" font-size=\"9\">"
                        + "\(String(format: "%.1f", one.badRequests))\(missed)</text>")
            }
        }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private static func label(_ cell: PeerCell) -> String {
        let bursts = cell.column.split(separator: ",").dropFirst().joined()
        return "\(plain(cell.baseline)) → \(plain(cell.canary))\(bursts)"
    }

    private static let colours = ["#1a7f5a", "#c2571a", "#6e56cf", "#b8860b", "#5b7083", "#2f6fb0"]

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(
            of: ">", with: "&gt;")
    }

    private static func figure(_ value: Double) -> String { String(format: "%.1f", value) }

    private static func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: String) -> String {
        "<rect x=\"\(figure(x))\" y=\"\(figure(y))\" width=\"\(figure(width))\" height=\"\(figure(height))\" fill=\"\(colour)\"/>"
    }
}
