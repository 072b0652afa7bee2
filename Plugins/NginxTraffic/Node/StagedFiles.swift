internal import PluginKit

/// The files of one service as they were before a plan was staged.
struct StagedFiles: Sendable {
    let folder: FragmentFolder
    let service: String
    private let texts: [String?]

    init(folder: FragmentFolder, service: String) throws(PluginFailure) {
        self.folder = folder
        self.service = service
        var texts: [String?] = []
        for kind in FragmentKind.allCases { texts.append(try folder.read(folder.file(kind, service))) }
        self.texts = texts
    }

    /// Puts back what nginx took last; where it has taken nothing yet, what lay there before.
    func putBack() throws(PluginFailure) {
        for (kind, before) in zip(FragmentKind.allCases, texts) {
            let file = folder.file(kind, service)
            if let text = try folder.read(folder.lastGood(kind, service)) ?? before {
                try folder.write(text, to: file)
            } else {
                try folder.remove(file)
            }
        }
    }
}
