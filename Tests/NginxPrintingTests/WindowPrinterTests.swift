import Foundation
import ReleaseModel
import Routing
import Testing

@testable import NginxPrinting

@Suite("Times of day by nginx's clock") struct WindowPrinterTests {
    private static let morning = Timestamp(microseconds: 1_767_225_600_000_000)  // 2026-01-01T00:00:00Z

    @Test(
        "every minute of a day, by the clock of any zone",
        arguments: [
            "02:00-06:00 Asia/Shanghai", "22:30-01:17 Asia/Kolkata", "23:59-00:00 UTC", "00:01-00:00 Asia/Tokyo",
        ])
    func minutes(_ text: String) throws {
        let window = try DailyWindow(text)
        let offset = try #require(window.fixedOffset(from: Self.morning)) / 60
        for clock in [-720, -570, 0, 330, 345, 480, 825, 840] {
            let shift = clock - offset
            let pattern = "T(?:" + WindowPrinter.pattern(from: window.from + shift, to: window.to + shift) + ")"
            let expression = try NSRegularExpression(pattern: pattern)
            for minute in 0..<1440 {
                let local = (minute + clock + 1440) % 1440
                let time = String(format: "2026-01-01T%02d:%02d:59\(WindowPrinter.text(clock))", local / 60, local % 60)
                let isFound = expression.firstMatch(in: time, range: NSRange(location: 0, length: time.utf16.count)) != nil
                let now = Self.morning + .seconds(Double(minute) * 60 + 59)
                guard isFound == window.contains(now) else {
                    Issue.record("\(time) is \(isFound) within \(window)")
                    return
                }
            }
        }
    }

    @Test func offsetsAreWrittenAsNginxDoes() {
        #expect(WindowPrinter.text(0) == "+00:00")
        #expect(WindowPrinter.text(-570) == "-09:30")
        #expect(WindowPrinter.offsets.count == Set(WindowPrinter.offsets).count)
        #expect(WindowPrinter.offsets.contains(345))
    }

    @Test("a zone that changes its clocks is refused, with the way out") func summerTime() throws {
        let writer = MapWriter(prefix: "x")
        let error = try #require(throws: PrintingRefusal.self) {
            try WindowPrinter(writer: writer, now: Self.morning).truth(DailyWindow("02:00-06:00 Europe/Berlin"))
        }
        #expect(error.description.contains("Europe/Berlin"))
        #expect(error.description.contains("tidegate edge"))
    }
}
