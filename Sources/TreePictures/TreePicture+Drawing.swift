import ReleaseModel

extension TreePicture {
    /// The drawing, as a document of its own.
    public var svg: String {
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(number(Measure.width)) \(number(height))\" "
                + "width=\"\(number(Measure.width))\" height=\"\(number(height))\" role=\"img\" aria-label=\"\(SVGText.escaped(title))\">",
            "<style>\(Self.style)</style>",
            "<rect class=\"page\" width=\"100%\" height=\"100%\"/>",
            text(title, Measure.margin, Measure.margin + 16, "title"),
        ]
        if let subtitle { lines.append(text(subtitle, Measure.margin, Measure.margin + 38, "dim")) }
        lines += spines()
        for row in rows { lines += drawing(of: row) }
        let legend =
            hasPath
            ? "The thick line is the way of this evaluation."
            : "Nodes are asked from the top; the first that holds decides."
        lines.append(text(legend, Measure.margin, height - 16, "dim"))
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Lines

    /// For each list of nodes a line down its left side; it leaves the node above and comes back to the list around it.
    private func spines() -> [String] {
        var quiet: [String] = []
        var loud: [String] = []
        let start = (rows.first?.top ?? 0) - 20
        quiet.append("<circle class=\"start\(hasPath ? " loud" : "")\" cx=\"\(number(Self.spine(0)))\" cy=\"\(number(start))\" r=\"5\"/>")
        for (index, row) in rows.enumerated() {
            let x = Self.spine(row.depth)
            let middle = row.top + row.height / 2
            let before = lastSibling(before: index)
            let from: Double
            if let before {
                from = rows[before].top + rows[before].height / 2
            } else if row.depth == 0 {
                from = start
            } else {
                from = rows[index - 1].top + rows[index - 1].height
            }
            let isLoud = row.isOnPath
            let segment = line([(x, from), (x, middle), (Self.left(row.depth), middle)], isLoud)
            if isLoud { loud.append(segment) } else { quiet.append(segment) }
            // Behind the last node of a list the walk goes on in the list around it.
            if row.depth > 0, isLastOfList(index) {
                let end = self.end(of: index) + Measure.gap / 2
                let back = rows[...index].last { $0.depth == row.depth - 1 }
                let goesOn = rows[(index + 1)...].contains { $0.depth == row.depth - 1 && $0.isOnPath } && back?.truth == .true
                let path = line([(x, middle), (x, end), (Self.spine(row.depth - 1), end)], goesOn && row.isOnPath)
                if goesOn, row.isOnPath { loud.append(path) } else { quiet.append(path) }
            }
        }
        return quiet + loud
    }

    private func lastSibling(before index: Int) -> Int? {
        for other in rows[..<index].indices.reversed() {
            if rows[other].depth == rows[index].depth { return other }
            if rows[other].depth < rows[index].depth { return nil }
        }
        return nil
    }

    private func isLastOfList(_ index: Int) -> Bool {
        let next = rows[(index + 1)...].first { $0.depth <= rows[index].depth }
        return next.map { $0.depth < rows[index].depth } ?? true
    }

    /// The lower edge of a row with the nodes within it.
    private func end(of index: Int) -> Double {
        let inner = rows[(index + 1)...].prefix { $0.depth > rows[index].depth }
        let last = inner.last ?? rows[index]
        return last.top + last.height
    }

    private func line(_ points: [(x: Double, y: Double)], _ isLoud: Bool) -> String {
        let path = points.enumerated().map { "\($0.offset == 0 ? "M" : "L")\(number($0.element.x)) \(number($0.element.y))" }
        return "<path class=\"\(isLoud ? "line loud" : "line")\" d=\"\(path.joined())\"/>"
    }

    // MARK: - Nodes

    private func drawing(of row: Row) -> [String] {
        let left = Self.left(row.depth)
        let dimmed = hasPath && !row.isOnPath ? " off" : ""
        var lines = [
            "<g class=\"node\(row.isTaken ? " taken" : "")\(dimmed)\">",
            box(left, row.top, Measure.boxRight - left, row.height, row.isGroup ? "box group" : "box"),
        ]
        var y = row.top + Measure.padding + 12
        for name in row.name {
            lines.append(text(name, left + Measure.padding, y, "name"))
            y += Measure.lineHeight + 1
        }
        if let truth = row.truth {
            lines.append(
                text(truth.rawValue, Measure.boxRight - Measure.padding, row.top + Measure.padding + 12, "truth \(truth.rawValue)", "end"))
        }
        for condition in row.condition {
            lines.append(text(condition, left + Measure.padding, y, "code"))
            y += Measure.lineHeight
        }
        if !row.readings.isEmpty { y += 6 }
        for reading in row.readings {
            lines.append(text(reading, left + Measure.padding, y, "code dim"))
            y += Measure.lineHeight
        }
        lines += action(of: row)
        lines.append("</g>")
        return lines
    }

    private func action(of row: Row) -> [String] {
        guard !row.isGroup else { return [] }
        let middle = row.top + row.height / 2
        let height = Double(row.action.count) * Measure.lineHeight + 2 * Measure.padding
        let top = middle - height / 2
        var lines = [
            line([(Measure.boxRight, middle), (Measure.pillLeft, middle)], row.isTaken),
            box(Measure.pillLeft, top, Measure.pillRight - Measure.pillLeft, height, "pill \(row.tone)"),
        ]
        var y = top + Measure.padding + 13
        for part in row.action {
            lines.append(text(part, (Measure.pillLeft + Measure.pillRight) / 2, y, "action", "middle"))
            y += Measure.lineHeight
        }
        return lines
    }

    private func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String) -> String {
        "<rect class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" rx=\"8\"/>"
    }

    private func text(_ text: String, _ x: Double, _ y: Double, _ style: String, _ anchor: String = "start") -> String {
        let anchored = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
        return
            "<text class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\"\(anchored) xml:space=\"preserve\">\(SVGText.escaped(text))</text>"
    }

    private func number(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    private static let style = """
        :root{color-scheme:light dark}
        .page{fill:#ffffff}
        text{font-family:system-ui,-apple-system,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif;font-size:13px;fill:#1f2328}
        .title{font-size:18px;font-weight:600}
        .name{font-size:14px;font-weight:600}
        .code{font-family:ui-monospace,"DejaVu Sans Mono","Noto Sans Mono",monospace;font-size:12px}
        .dim{fill:#59636e}
        .action{font-size:14px;font-weight:600;fill:#ffffff}
        .truth{font-size:12px;fill:#59636e}
        .truth.true{font-weight:600;fill:#1f2328}
        .truth.unknown{fill:#9a6700}
        .box{fill:#f6f8fa;stroke:#c8d1da}
        .box.group{fill:none;stroke-dasharray:5 4}
        .taken .box{stroke:#0969da;stroke-width:2.5}
        .off{opacity:.55}
        .line{fill:none;stroke:#aab4bf;stroke-width:1.5}
        .loud{stroke:#0969da;stroke-width:3.5}
        .start{fill:#aab4bf}
        .start.loud{fill:#0969da}
        .pill.go{fill:#1a7f37}
        .pill.wait{fill:#8a6100}
        .pill.stop{fill:#a8470c}
        .pill.back{fill:#b3202c}
        @media (prefers-color-scheme:dark){
        .page{fill:#0d1117}
        text{fill:#e6edf3}
        .dim,.truth{fill:#9198a1}
        .truth.true{fill:#e6edf3}
        .truth.unknown{fill:#e3b341}
        .box{fill:#161b22;stroke:#3d444d}
        .box.group{fill:none}
        .line{stroke:#5a636e}
        .taken .box,.loud{stroke:#4493f8}
        .start{fill:#5a636e}
        .start.loud{fill:#4493f8}
        }
        """
}
