import Foundation
import ReportText
import Synchronization

/// Where a command writes: the process's own streams, or a buffer in tests.
final class Console: Sendable {
    private enum Sink: Sendable {
        case process
        case buffer
    }

    /// The streams of the process. Colours only on a terminal and where `NO_COLOR` is not set (https://no-color.org).
    static let process = Console(
        sink: .process, isTerminal: isatty(STDOUT_FILENO) == 1,
        style: isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
            && ProcessInfo.processInfo.environment["TERM"] != "dumb" ? .colored : .plain)

    let isTerminal: Bool
    let style: Style
    private let sink: Sink
    private let output = Mutex("")
    private let errors = Mutex("")

    private init(sink: Sink, isTerminal: Bool, style: Style) {
        self.sink = sink
        self.isTerminal = isTerminal
        self.style = style
    }

    /// A console that keeps what is written.
    static func buffer(isTerminal: Bool = false, style: Style = .plain) -> Console {
        Console(sink: .buffer, isTerminal: isTerminal, style: style)
    }

    /// What was written so far; only a buffer keeps it.
    var written: String { output.withLock { $0 } }
    var complaints: String { errors.withLock { $0 } }

    /// Columns of the terminal; 100 where there is none.
    var columns: Int {
        guard case .process = sink, isTerminal else { return 100 }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }

    /// Rows of the terminal; 50 where there is none.
    var rows: Int {
        guard case .process = sink, isTerminal else { return 50 }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 50 }
        return Int(size.ws_row)
    }

    /// Writes one line to standard output.
    func line(_ text: String = "") { write(text + "\n") }

    func lines(_ texts: [String]) {
        guard !texts.isEmpty else { return }
        write(texts.joined(separator: "\n") + "\n")
    }

    func write(_ text: String) {
        switch sink {
        case .process: Self.writeAll(text, to: STDOUT_FILENO)
        case .buffer: output.withLock { $0 += text }
        }
    }

    /// Shows a line on the terminal's standard error in place of the one before; nothing where there is no terminal. An empty text takes
    /// it away.
    func transient(_ text: String) {
        guard case .process = sink, isatty(STDERR_FILENO) == 1 else { return }
        Self.writeAll("\r\u{1B}[K" + text.printable, to: STDERR_FILENO)
    }

    /// Writes one line to standard error.
    func complain(_ text: String) {
        switch sink {
        case .process: Self.writeAll(text + "\n", to: STDERR_FILENO)
        case .buffer: errors.withLock { $0 += text + "\n" }
        }
    }

    /// Writes every byte or gives up quietly: nobody is left to tell when the stream is gone.
    private static func writeAll(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
