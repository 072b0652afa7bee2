import ReleaseModel
import Routing
import Testing

@Suite("Daily windows") struct DailyWindowTests {
    private func contains(_ window: String, _ time: String) throws -> Bool { try DailyWindow(window).contains(Timestamp(rfc3339: time)!) }

    @Test(arguments: [
        ("2026-01-14T17:59:59Z", false), ("2026-01-14T18:00:00Z", true), ("2026-01-14T21:59:59.999999Z", true),
        ("2026-01-14T22:00:00Z", false), ("1969-12-31T18:30:00Z", true), ("1969-12-31T17:59:59.5Z", false),
    ]) func shanghaiAtNight(_ time: String, _ inside: Bool) throws {
        #expect(try contains("02:00-06:00 Asia/Shanghai", time) == inside)
    }

    @Test(arguments: [
        ("22:00-02:00 UTC", "21:59", false), ("22:00-02:00 UTC", "22:00", true), ("22:00-02:00 UTC", "01:59", true),
        ("22:00-02:00 UTC", "02:00", false), ("22:00-24:00 UTC", "23:59", true), ("22:00-24:00 UTC", "00:00", false),
        ("22:00-00:00 UTC", "23:59", true), ("22:00-00:00 UTC", "00:00", false), ("00:00-00:01 UTC", "00:00", true),
    ]) func midnight(_ window: String, _ time: String, _ inside: Bool) throws {
        #expect(try contains(window, "2026-03-01T\(time):00Z") == inside)
    }

    @Test("clocks that are put forward and back") func summerTime() throws {
        // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC. 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
        let window = "02:30-03:30 Europe/Berlin"
        #expect(try !contains(window, "2026-03-29T00:59:00Z"))
        #expect(try contains(window, "2026-03-29T01:00:00Z"))
        #expect(try !contains(window, "2026-03-29T01:30:00Z"))
        #expect(try contains(window, "2026-10-25T00:30:00Z"))
        #expect(try !contains(window, "2026-10-25T01:00:00Z"))
        #expect(try contains(window, "2026-10-25T01:30:00Z"))
        #expect(try contains(window, "2026-07-01T00:30:00Z") && contains(window, "2026-01-01T01:30:00Z"))
    }

    @Test func onlySomeZonesKeepTheirOffset() throws {
        let now = RoutingTable.noon
        #expect(try DailyWindow("02:00-06:00 Asia/Shanghai").fixedOffset(from: now) == 28_800)
        #expect(try DailyWindow("02:00-06:00 UTC").fixedOffset(from: now) == 0)
        #expect(try DailyWindow("02:00-06:00 Asia/Kolkata").fixedOffset(from: now) == 19_800)
        #expect(try DailyWindow("02:00-06:00 Europe/Berlin").fixedOffset(from: now) == nil)
        #expect(try DailyWindow("02:00-06:00 America/New_York").fixedOffset(from: now) == nil)
        #expect(try DailyWindow("02:00-06:00 Europe/Berlin").offset(at: now) == 3600)
    }

    @Test(arguments: [
        "", "02:00-06:00", "2:00-6:00 UTC", "02:00-25:00 UTC", "24:00-02:00 UTC", "02:60-03:00 UTC", "02:00 06:00 UTC", "02:00-02:00 UTC",
        "00:00-24:00 UTC", "02:00-06:00 CST", "02:00-06:00 GMT+8", "02:00-06:00 Asia/Nowhere", "02:00-06:00 ../etc/passwd",
        "02:00-06:00 Asia/Shanghai daily", "０2:00-06:00 UTC", String(repeating: "x", count: 100),
    ]) func refused(_ text: String) {
        #expect(throws: DailyWindow.Problem.self) { try DailyWindow(text) }
    }

    @Test func itIsWrittenAsItIsRead() throws {
        #expect(try DailyWindow("02:05-24:00   Asia/Shanghai").description == "02:05-24:00 Asia/Shanghai")
    }
}
