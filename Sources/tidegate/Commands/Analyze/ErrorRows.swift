import ReleaseModel
import Statistics

/// The polls of a table with requests and errors of both arms; each row is one poll, with what came since the row before.
enum ErrorRows {
    static let columns = ["canary_requests", "canary_errors", "baseline_requests", "baseline_errors"]

    static func polls(_ table: CSVTable) throws(ReleaseError) -> [RatePoll] {
        var places: [Int] = []
        for name in columns { places.append(try table.place(of: name, needed: columns)) }
        var polls: [RatePoll] = []
        for row in table.rows {
            var counts: [Double] = []
            for place in places { counts.append(try table.count(row, place)) }
            for arm in [0, 2] where counts[arm + 1] > counts[arm] {
                throw table.error(row, places[arm + 1], "\(columns[arm + 1]) is larger than \(columns[arm])")
            }
            polls.append(
                RatePoll(
                    canaryEvents: counts[1], canaryExposure: counts[0], baselineEvents: counts[3], baselineExposure: counts[2]))
        }
        return polls
    }
}
