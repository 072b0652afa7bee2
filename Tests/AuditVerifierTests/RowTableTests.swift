import Testing

@testable import AuditVerifier

/// The table of rows beside a dictionary.
@Suite struct RowTableTests {
    @Test func rowsAreThoseOfADictionary() {
        var random = SplitMix(state: 9)
        let table = RowTable()
        var images = ImageStore()
        var expected: [RowMark: (content: RowMark, leaf: UInt64, image: [UInt8])] = [:]
        for step in 0..<40_000 {
            // Few homes, so that rows crowd and move up when others go.
            let identity = RowMark(
                high: UInt64(random.next(below: 700)) << 8 | UInt64(random.next(below: 3)), low: UInt64(random.next(below: 4)))
            if random.next(below: 3) > 0 {
                let content = RowMark(high: random.next(), low: random.next())
                let image = (0..<random.next(below: 40)).map { _ in UInt8(random.next(below: 256)) }
                var row = RowTable.Row(identity: identity, content: content, leaf: UInt64(step), table: step % 30)
                row.image = image.withUnsafeBytes { images.keep($0) }
                let old = table.put(row)
                #expect(old.map { Array(images.image($0)) } == expected[identity]?.image)
                images.drop(old)
                expected[identity] = (content, UInt64(step), image)
            } else {
                let row = table.take(identity)
                let known = expected.removeValue(forKey: identity)
                #expect(
                    row?.content == known?.content && row?.leaf == known?.leaf && row.map { $0.table } == known.map { Int($0.leaf % 30) })
                images.drop(row?.image)
            }
            #expect(table.count == expected.count)
            if step % 10_000 == 9_999 { images = images.cleaned(table) }
        }
        var seen = 0
        table.forEach { row in
            seen += 1
            #expect(row.image.map { Array(images.image($0)) } == expected[row.identity]?.image)
        }
        #expect(seen == expected.count)
    }
}
