import Testing

@testable import tidegate

@Suite struct TableTests {
    @Test func columnsAlign() {
        var table = Table([.init("NAME"), .init("COUNT", .right), .init("NOTE")])
        table.add(["a", "7", "first"])
        table.add(["longer", "1234", ""])
        table.add(["", "", "last"])
        #expect(
            table.lines() == [
                "NAME    COUNT  NOTE",
                "a           7  first",
                "longer   1234",
                "               last",
            ])
    }

    @Test func wideAndCombiningCharactersAreCounted() {
        #expect(DisplayWidth.columns(of: "结账") == 4)
        #expect(DisplayWidth.columns(of: "e\u{301}") == 1)
        #expect(DisplayWidth.columns(of: "✓") == 1)
        #expect(DisplayWidth.columns(of: "🚦") == 2)
        #expect(DisplayWidth.columns(of: "ﾊﾝ") == 2)
        var table = Table([.init("NAME"), .init("X")])
        table.add(["结账", "1"])
        table.add(["abc", "2"])
        #expect(table.lines() == ["NAME  X", "结账  1", "abc   2"])
    }

    @Test func coloursDoNotMoveColumns() {
        var table = Table([.init("STATE"), .init("X")])
        table.add([.init("ok", .green), "1"])
        table.add([.init("failed", .red), "2"])
        #expect(
            table.lines(.colored) == [
                "\u{1B}[1mSTATE\u{1B}[0m   \u{1B}[1mX\u{1B}[0m",
                "\u{1B}[32mok\u{1B}[0m      1",
                "\u{1B}[31mfailed\u{1B}[0m  2",
            ])
    }

    @Test func whatWasStoredCannotDriveTheTerminal() {
        var table = Table([.init("REASON")])
        table.add([.init("\u{1B}[2Jgone\r\nnext\u{202E}")])
        #expect(table.lines()[1] == "\u{FFFD}[2Jgone\u{FFFD}\u{FFFD}next\u{FFFD}")
    }

    @Test func textsAreCutAtColumns() {
        #expect(DisplayWidth.clipped("checkout", to: 8) == "checkout")
        #expect(DisplayWidth.clipped("checkout", to: 5) == "chec…")
        #expect(DisplayWidth.clipped("结账结账", to: 5) == "结账…")
        #expect(DisplayWidth.clipped("abc", to: 0) == "")
        #expect(LiveScreen.clipped("\u{1B}[31mred alert\u{1B}[0m", to: 3) == "\u{1B}[31mred\u{1B}[0m")
    }
}
