import Config
private import Glibc
import Reactor
import Synchronization

/// A sidecar or a gateway that runs as a child: this same program, started anew.
///
/// Touched by the first thread and by the tour's, hence the lock; nobody waits while holding it.
/// It never outlives this value.
final class OutriderProcess: Sendable {
    /// How it ended.
    enum Ending: Sendable, Equatable, CustomStringConvertible {
        case exited(Int32)
        case killed(Int32)

        var description: String {
            switch self {
            case .exited(let status): "exit status \(status)"
            case .killed(let signal): "killed by signal \(signal)"
            }
        }
    }

    /// What it is called where its end is told.
    let name: String
    /// The file that holds what it says.
    private let output: String
    private let pid: pid_t
    private let ending = Mutex<Ending?>(nil)

    /// Starts `outrider ROLE --config` with everything it says going to the file `output`.
    ///
    /// It gets a process group of its own, so that Ctrl-C reaches it through us and only once.
    init(
        _ role: ProxyConfig.Role,
        name: String,
        configuration: String,
        output: String,
        environment: [String: String]
    ) throws(SystemError) {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)

        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let mode = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output, mode, 0o600)
        posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO)

        // Its file says everything; what the environment says was meant for another one.
        let kept = environment.filter { !$0.key.hasPrefix("OUTRIDER_") }
        var pid = pid_t()
        let code = OutriderProcess.withStrings(
            ["outrider", role.rawValue, "--config", configuration]
        ) { words in
            OutriderProcess.withStrings(kept.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawn(&pid, "/proc/self/exe", &files, &attributes, words, variables)
            }
        }
        guard code == 0 else { throw SystemError(code: code) }
        self.name = name
        self.output = output
        self.pid = pid
    }

    deinit {
        kill()
        _ = wait(by: Deadline(inMilliseconds: 2_000))
    }

    /// What it complained of so far.
    var complaints: String {
        // A file that cannot be read has nothing to say.
        let bytes = (try? FileReader.read(output, upTo: 65_536)) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How it ended, or `nil` while it runs.
    func poll() -> Ending? {
        ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            let result = waitpid(pid, &status, WNOHANG)
            if result == pid {
                let signal = status & 0x7f
                ending = signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal)
            } else if result < 0, errno == ECHILD {
                // Somebody else took the status: it is gone, and how is not known.
                ending = .exited(-1)
            }
            return ending
        }
    }

    /// Waits until it has ended; `nil` when the deadline comes first.
    func wait(by deadline: Deadline) -> Ending? {
        while true {
            if let ending = poll() { return ending }
            guard deadline.remaining > 0 else { return nil }
            deadline.sleep(milliseconds: 10)
        }
    }

    /// Asks it to drain and end; a second time, to end at once.
    func terminate() {
        send(SIGTERM)
    }

    /// Ends it without asking.
    func kill() {
        send(SIGKILL)
    }

    /// Only while it is not reaped: after that the number may be another's.
    private func send(_ number: Int32) {
        guard poll() == nil else { return }
        _ = Glibc.kill(pid, number)
    }

    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
