import Hashing

/// Which evidence must be there, and which has expired as an entry tells: by the retention in force, past every legal hold.
struct EvidenceLedger {
    /// Evidence as decisions name it.
    struct Key: Hashable {
        var digest: InlineDigest
        /// Microseconds since 1970, UTC.
        var at: Int64
    }

    /// Kept for so many months where no entry says otherwise.
    static let standardMonths: Int64 = 13

    /// With the identity of its row.
    private var present: [Key: RowMark] = [:]
    private var byRelease: [Int64: [Key]] = [:]
    private var held: Set<Int64> = []
    private var months = standardMonths
    /// Evidence that went as entries tell.
    private(set) var gone: UInt64 = 0

    // MARK: From entries

    /// An image tells of a row of evidence, or that it was deleted.
    mutating func recorded(_ row: Int, _ scanner: JSONScanner, identity: RowMark, isGone: Bool) {
        guard let digest = scanner.digest(scanner.member(row, "digest")),
            let at = scanner.moment(scanner.member(row, "at"))
        else { return }
        present[Key(digest: digest, at: at)] = isGone ? nil : identity
    }

    /// A decision rests on evidence.
    mutating func decided(_ key: Key, release: Int64) { byRelease[release, default: []].append(key) }

    /// A legal hold was placed or lifted.
    mutating func hold(_ entry: Int, _ scanner: JSONScanner, release: Int64) {
        guard let action = scanner.member(entry, "action") else { return }
        if scanner.isText(action, "placed") { held.insert(release) } else { held.remove(release) }
    }

    mutating func retain(_ entry: Int, _ scanner: JSONScanner) {
        if let set = scanner.integer(scanner.member(entry, "evidenceMonths")) { months = set }
    }

    /// What went by an entry of kind expiry.
    ///
    /// - Returns: the identities of the rows that are let go, and what is wrong where something else should have gone.
    mutating func expire(_ entry: Int, _ scanner: JSONScanner, leaf: UInt64) -> (went: [RowMark], finding: Finding?) {
        func wrong(_ reason: String) -> (went: [RowMark], finding: Finding?) {
            ([], Finding(.evidence, entry: leaf, table: "evidence", reason))
        }
        guard let name = scanner.string(scanner.member(entry, "month")), let count = scanner.integer(scanner.member(entry, "documents")),
            let digests = scanner.string(scanner.member(entry, "digests")),
            let now = scanner.string(scanner.member(entry, "recordedAt")).flatMap(Month.init)
        else { return wrong("the entry does not say which evidence went") }
        guard scanner.integer(scanner.member(entry, "evidenceMonths")) == months else {
            return wrong("evidence went by another retention than the \(months) months in force")
        }
        let cutoff = Month(index: now.index - months)
        let kept = Set(held.flatMap { byRelease[$0] ?? [] })
        let went: [Key]
        if name == "other" {
            went = present.keys.filter { Month(microseconds: $0.at) < cutoff && !kept.contains($0) }
        } else {
            guard let month = Month(name), month < cutoff else { return wrong("evidence of \(name) went before its time") }
            went = present.keys.filter { Month(microseconds: $0.at) == month && !kept.contains($0) }
        }
        let ordered = went.map(\.digest.bytes).sorted { $0.lexicographicallyPrecedes($1) }
        guard Int64(went.count) == count, SHA256Digest(of: ordered.flatMap { $0 }).hex == digests else {
            return wrong(
                "the entry tells of \(count) documents that went, and they are not the \(went.count) whose time was over and that nothing held"
            )
        }
        gone += UInt64(went.count)
        return (went.compactMap { present.removeValue(forKey: $0) }, nil)
    }
}

/// A calendar month in UTC.
struct Month: Comparable {
    /// Months since year 0.
    var index: Int64

    init(index: Int64) { self.index = index }

    /// `2026-11`, or a time that begins so.
    init?(_ text: String) {
        let parts = text.prefix(7).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let year = Int64(parts[0]), let month = Int64(parts[1]), (1...12).contains(month) else { return nil }
        index = year * 12 + month - 1
    }

    init(microseconds: Int64) {
        // Year and month from days since 1970-01-01, after H. Hinnant's "chrono-Compatible Low-Level Date Algorithms".
        let day = microseconds.floored(by: 86_400_000_000) + 719_468
        let era = day.floored(by: 146_097)
        let dayOfEra = day - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        index = year * 12 + month - 1
    }

    static func < (left: Month, right: Month) -> Bool { left.index < right.index }
}

extension Int64 {
    /// Division that rounds down for numbers below 0, too.
    fileprivate func floored(by divisor: Int64) -> Int64 { self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor) }
}
