extension SignalDescriptor {
    /// The signals of the sequences that a policy's log settings name: `logs.sequence["login then timeout"]`, true once the sequence was
    /// seen. Their names are those texts, letter by letter.
    public static func sequences(of logs: PluginUse?) -> [SignalDescriptor] {
        (logs?.configuration["sequences"]?.array ?? []).compactMap { $0["name"]?.string }.map { name in
            SignalDescriptor(
                name: "logs.sequence[\"\(name)\"]", kind: .bool, worse: .true, summary: "The canary's log shows the sequence '\(name)'")
        }
    }
}
