import ReleaseModel
import ReportText
import Testing

@testable import tidegate

@Suite struct ReadingTextTests {
    @Test(arguments: [
        (97.0, "97"), (97.25, "97.25"), (0.0031, "0.0031"), (-2.5, "-2.5"), (0, "0"), (0.00001, "0"), (1234.56, "1234.6"), (99.999, "100"),
        (1.05, "1.05"), (.nan, "NaN"), (.infinity, "inf"), (-0.04, "-0.04"),
    ])
    func numbersAreShort(_ value: Double, _ text: String) {
        #expect(ReadingText.number(value) == text)
    }

    @Test(arguments: [
        ("0s", "0s"), ("850ms", "850ms"), ("1.9s", "1s"), ("59s", "59s"), ("4m", "4m"), ("4m12s", "4m12s"), ("3h5m", "3h5m"), ("3h", "3h"),
        ("2d3h", "2d3h"),
    ])
    func spansUseTwoUnits(_ span: String, _ text: String) throws {
        #expect(ReadingText.span(try #require(TimeSpan(span))) == text)
    }

    @Test func missingAndFailedAreNeverAValue() {
        #expect(ReadingText.text(of: .missing("no data")) == "missing (no data)")
        #expect(ReadingText.text(of: .failed("time-out")) == "failed (time-out)")
        #expect(ReadingText.ink(of: .missing("")) == .yellow)
        #expect(ReadingText.ink(of: .failed("")) == .red)
    }

    @Test func timesAreInUTC() throws {
        let time = try #require(Timestamp(rfc3339: "2026-11-21T02:13:20.5+01:00"))
        #expect(ReadingText.timeOfDay(time) == "01:13:20")
        #expect(ReadingText.dateAndTime(time) == "2026-11-21 01:13:20Z")
    }
}
