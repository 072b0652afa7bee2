internal import CPluginABI
internal import CPluginSystem
internal import Foundation
internal import Glibc
internal import Hashing
internal import ReleaseModel

/// The life of a child process that runs one plugin: it gives up what it does not need, loads the plugin, and answers frames until its
/// input ends. `tidegate-plugin-runner` is nothing but this.
public enum PluginRunner {
    /// Arguments: `--path FILE --name NAME --sha256 HEX --parent PID --address-space BYTES --open-files COUNT`.
    ///
    /// - Returns: the exit status: 0 at the end of the input, 64 for wrong arguments, 69 when the plugin was refused.
    public static func run(arguments: [String]) -> Int32 {
        guard let options = RunnerOptions(arguments) else {
            FileHandle.standardError.write(Data("tidegate-plugin-runner is started by tidegate and not by hand\n".utf8))
            return 64
        }
        let confined = tidegate_confine(options.parent, options.addressSpace, options.openFiles)
        guard confined == 0 else { return 71 }
        // The plugin gets /dev/null to read from and the log to print to; the stream of frames moves out of its way.
        let input = tidegate_private_descriptor(0)
        let output = tidegate_private_descriptor(1)
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard input >= 0, output >= 0, null >= 0, dup2(null, 0) == 0, dup2(2, 1) == 1 else { return 71 }
        close(null)
        tidegate_line_output()
        signal(SIGPIPE, SIG_IGN)
        let image: PluginImage
        do {
            image = try PluginImage(path: options.path, name: options.name, expecting: options.sha256)
        } catch {
            send(status: UInt32(TIDEGATE_FAILED), id: 0, encoded(error), to: output)
            return 69
        }
        guard send(status: UInt32(TIDEGATE_OK), id: 0, encoded(Greeting(name: image.name, kind: image.kind)), to: output) else { return 0 }
        return answer(image, input: input, output: output)
    }

    private static func answer(_ image: PluginImage, input: Int32, output: Int32) -> Int32 {
        while let header = receive(Frame.requestHeaderLength, from: input) {
            let length = Int(Frame.number(header, at: 0))
            guard length <= Frame.maximumPayload, let payload = receive(length, from: input) else { return 65 }
            let answer = image.call(Frame.number(header, at: 1), payload, milliseconds: Frame.number(header, at: 3))
            tidegate_flush_output()
            guard send(status: answer.status, id: Frame.number(header, at: 2), answer.bytes, to: output) else { return 0 }
        }
        return 0
    }

    /// Exactly `count` bytes, or nil at the end of the input.
    private static func receive(_ count: Int, from descriptor: Int32) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let got = read(descriptor, buffer.baseAddress! + initialized, count - initialized)
                if got < 0, errno == EINTR { continue }
                if got <= 0 { break }
                initialized += got
            }
        }
        return bytes.count == count ? bytes : nil
    }

    @discardableResult
    private static func send(status: UInt32, id: UInt32, _ payload: [UInt8], to descriptor: Int32) -> Bool {
        let bytes = Frame.header(UInt32(payload.count), status, id) + payload
        return bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                let count = write(descriptor, buffer.baseAddress! + sent, buffer.count - sent)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                sent += count
            }
            return true
        }
    }

    private static func encoded(_ value: some Encodable) -> [UInt8] { (try? JSONEncoder().encode(value)).map { Array($0) } ?? [] }
}

/// The first frame of a child process whose plugin was loaded.
struct Greeting: Codable {
    let name: String
    let kind: String
}
