#if LIBFUZZER
import Glibc

/// The one border to libFuzzer, which calls back with each input (LLVM's `FuzzerInterface.h`).
///
/// Its own `main` is not linked: one program holds every target, and this starts the driver.
enum LibFuzzer {
    /// Set once, before the driver runs: a C callback can carry no context.
    nonisolated(unsafe) private static var target: FuzzTarget?

    static func run(_ target: FuzzTarget, _ arguments: [String]) {
        self.target = target
        let all = [CommandLine.arguments[0]] + arguments
        var count = CInt(all.count)
        // Never freed: the driver keeps them until the program ends.
        let texts = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
            capacity: all.count + 1
        )
        for (index, text) in all.enumerated() { texts[index] = strdup(text) }
        texts[all.count] = nil
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = texts
        exit(runDriver(&count, &list, check))
    }

    private static let check: Callback = { bytes, count in
        let input = Array(UnsafeBufferPointer(start: bytes, count: count))
        do throws(Broken) {
            try target?.check(input)
        } catch {
            Disk.complain("property broken: \(error)")
            abort()
        }
        return 0
    }
}

private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: Callback
) -> CInt
#endif
