import Foundation
import FoundationXML
import ReleaseModel
import Testing

@testable import TreePictures

@Suite struct TreePictureTests {
    static let tree = [
        TreeNode(
            name: "slo is burning", condition: "slo.breached",
            nodes: [
                TreeNode(name: "logs agree", condition: "logs.anomaly >= 0.85", action: .rollback),
                TreeNode(
                    name:
                        "logs are quiet, and what is written here is far too long to stand in one line of the box that is drawn around it",
                    condition: String(repeating: "errors.guilty or latency.guilty or ", count: 8) + "gc.guilty",
                    action: .observe(.seconds(120), otherwise: .stepDown)),
            ]),
        TreeNode(name: "金丝雀 & <b>", condition: #"region == "sh""#, action: .holdFor(.seconds(1800), otherwise: .ask)),
        TreeNode(name: "all good", condition: nil, action: .advance),
    ]

    static let path = [
        NodeEvaluation(
            node: "slo is burning", condition: "slo.breached", truth: .true, taken: false,
            readings: [NamedReading(name: "slo.breached", reading: .bool(true))]),
        NodeEvaluation(
            node: "logs agree", condition: "logs.anomaly >= 0.85", truth: .unknown, taken: false,
            readings: [NamedReading(name: "logs.anomaly", reading: .missing("no lines"))], depth: 1),
        NodeEvaluation(node: tree[0].nodes[1].name, condition: "", truth: .true, taken: true, readings: [], depth: 1),
        NodeEvaluation(node: "all good", condition: nil, truth: .true, taken: false, readings: []),
    ]

    /// Every element that was opened is closed, and every text is escaped: an XML parser reads the drawing.
    @Test(arguments: [[], path]) func theDrawingIsXML(path: [NodeEvaluation]) throws {
        let svg = TreePicture(Self.tree, title: "a & b", subtitle: "<c>", path: path).svg
        final class Reader: NSObject, XMLParserDelegate {
            var texts = 0
            func parser(
                _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
                attributes _: [String: String]
            ) {
                if name == "text" { texts += 1 }
            }
        }
        let reader = Reader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
        #expect(reader.texts > 10)
        #expect(svg.contains("金丝雀 &amp; &lt;b&gt;"))
        #expect(!svg.contains("NaN") && !svg.contains("script"))
    }

    /// Boxes of one column do not touch, and no text is wider than its box.
    @Test func nothingOverlaps() {
        let picture = TreePicture(Self.tree, title: "t", path: Self.path)
        for (before, after) in zip(picture.rows, picture.rows.dropFirst()) {
            #expect(before.top + before.height + TreePicture.Measure.gap <= after.top + 0.001)
        }
        for row in picture.rows {
            let inner = TreePicture.Measure.boxRight - TreePicture.left(row.depth) - 2 * TreePicture.Measure.padding
            for line in row.condition + row.readings {
                #expect(Double(SVGText.width(line)) * TreePicture.Measure.textSize * SVGText.monospaced <= inner)
            }
            #expect(row.name.count <= 2 && row.condition.count <= 12)
        }
        #expect(picture.height > (picture.rows.last.map { $0.top + $0.height } ?? 0))
    }

    @Test func thePathGoesIntoANodeThatHolds() {
        let rows = TreePicture(Self.tree, title: "t", path: Self.path).rows
        #expect(rows.map(\.isOnPath) == [true, true, true, false, false])
        #expect(rows.map(\.isTaken) == [false, false, true, false, false])
        var closed = Self.path
        closed[0].truth = .false
        closed[2].taken = false
        closed[3].taken = true
        #expect(TreePicture(Self.tree, title: "t", path: closed).rows.map(\.isOnPath) == [true, false, false, true, true])
    }

    @Test(arguments: [
        ("a bb ccc", 4, 9, ["a bb", "ccc"]), ("abcdefgh", 3, 9, ["abc", "def", "gh"]), ("a b c d", 1, 2, ["a", "…"]), ("", 5, 3, []),
        ("金丝雀版本", 4, 9, ["金丝", "雀版", "本"]),
    ])
    func linesAreBroken(text: String, columns: Int, limit: Int, expected: [String]) {
        #expect(SVGText.lines(text, columns: columns, limit: limit) == expected)
    }
}
