import LogMining
import ReleaseModel

/// Mines one log file after another with one miner, and counts what was found in each.
struct FileMining {
    /// Templates that are told apart over all files; the rest is counted as one.
    static let maximumTemplates = 200_000

    /// What was read of one file.
    struct Figures: Encodable {
        var file: String
        var lines = 0
        /// Lines after stack traces were folded.
        var events = 0
        var cutLines = 0
    }

    /// A template with its counts, one for each file.
    struct Row {
        var template: LogTemplate
        var counts: [Int]
    }

    private(set) var files: [Figures] = []
    private var miner = LogMiner()
    private var folding = LineFolding()
    /// By the miner's numbers: the template as it was born, and its counts.
    private var born: [LogTemplate] = []
    private var counts: [[Int]] = []
    private var wider: [String: String] = [:]
    private let keepsAssignments: Bool
    /// The number of each line's template, four bytes a line.
    private var numbers: [Int32] = []

    init(keepsAssignments: Bool = false) { self.keepsAssignments = keepsAssignments }

    mutating func read(_ path: String) throws {
        let file = LogFile(path)
        files.append(Figures(file: file.place))
        counts.append([])
        var folding = folding
        let cut = try file.forEachLine { line in
            files[files.count - 1].lines += 1
            folding.add(line) { take($0, lines: $1) }
        }
        folding.finish { take($0, lines: $1) }
        files[files.count - 1].cutLines = cut
    }

    private mutating func take(_ event: UnsafeBufferPointer<UInt8>, lines: Int) {
        let mined = miner.mine(event)
        if mined.isNew { note(mined) }
        let number = min(mined.number, Self.maximumTemplates)
        let file = files.count - 1
        if counts[file].count <= number { counts[file] += Array(repeating: 0, count: number + 1 - counts[file].count) }
        counts[file][number] += 1
        files[file].events += 1
        if keepsAssignments { for _ in 0..<lines { numbers.append(Int32(number)) } }
    }

    private mutating func note(_ mined: MinedLine) {
        // A template that joined an older one as it was born has the older one's number; its own is given out all the same.
        while born.count <= min(mined.number, Self.maximumTemplates - 1) { born.append(miner[mined]) }
        for alias in miner.takeAliases() where wider.count < Self.maximumTemplates { wider[alias.alias] = alias.template }
    }

    /// The templates as they are known at the end, the most frequent first.
    var rows: [Row] {
        var living: [String: LogTemplate] = [:]
        for template in miner.templates { living[template.id] = template }
        var places: [String: Int] = [:]
        var rows: [Row] = []
        for number in 0...born.count {
            let own = counts.map { $0.indices.contains(number) ? $0[number] : 0 }
            guard own.contains(where: { $0 > 0 }) else { continue }
            let id = id(of: number)
            if let place = places[id] {
                rows[place].counts = zip(rows[place].counts, own).map(+)
                continue
            }
            places[id] = rows.count
            let template = living[id] ?? (number < born.count ? born[number] : LogTemplate.other)
            rows.append(Row(template: template, counts: own))
        }
        return rows.sorted {
            let (left, right) = ($0.counts.reduce(0, +), $1.counts.reduce(0, +))
            return left == right ? $0.template.id < $1.template.id : left > right
        }
    }

    /// Gives the id of each line's template, in the order of the lines.
    func forEachAssignment(_ body: (String) -> Void) {
        var ids: [Int32: String] = [:]
        for number in numbers {
            if let id = ids[number] {
                body(id)
            } else {
                let id = id(of: Int(number))
                ids[number] = id
                body(id)
            }
        }
    }

    private func id(of number: Int) -> String {
        guard number < born.count else { return LogTemplate.other.id }
        var id = born[number].id
        while let next = wider[id] { id = next }
        return id
    }
}
