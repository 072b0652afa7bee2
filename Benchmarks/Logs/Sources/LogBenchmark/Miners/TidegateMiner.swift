import LogMining

/// Tidegate's miner with its one built-in setting.
public enum TidegateMiner {
    /// Mines the messages, then again and again until `lines` have been timed.
    public static func mine(_ log: LabelledLog, timing lines: Int) -> MinedLog {
        let accuracy = GroupingAccuracy.of(assignments(of: log.messages), labels: log.labels)
        let messages = log.messages.map { Array($0.utf8) }
        var miner = LogMiner()
        var mined = 0
        let nanoseconds = ProcessorTime.nanoseconds {
            while mined < lines, !messages.isEmpty {
                for message in messages {
                    _ = message.withUnsafeBufferPointer { miner.mine($0) }
                }
                mined += messages.count
            }
        }
        return MinedLog(accuracy: accuracy, linesPerSecond: Double(mined) / Double(max(1, nanoseconds)) * 1e9)
    }

    /// The template of each message as it is known at the end.
    static func assignments(of messages: [String]) -> [String] {
        var miner = LogMiner()
        var wider: [String: String] = [:]
        let ids = messages.map { message in
            let id = miner.add(message, severity: .info).template.id
            for alias in miner.takeAliases() { wider[alias.alias] = alias.template }
            return id
        }
        return ids.map { id in
            var id = id
            while let next = wider[id] { id = next }
            return id
        }
    }
}
