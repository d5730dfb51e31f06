import Reactor
import Testing

@Suite struct ThreadTests {
    @Test func `a thread has run to its end when it is joined`() throws {
        let done = try Mailbox<String>()

        let thread = try Thread.spawn("worker-with-a-long-name") {
            // Absent only where /proc is.
            let name = (try? File.read("/proc/thread-self/comm", limit: 100)) ?? []
            done.post(String(decoding: name, as: UTF8.self))
        }
        thread.join()
        var names: [String] = []
        done.drain(into: &names)

        #expect(names == ["worker-with-a-l\n"])
    }

    @Test func `a dropped thread runs on`() throws {
        let done = try Mailbox<Int>()

        _ = try Thread.spawn("alone") { done.post(1) }
        try waitUntilReadable(done.descriptor)
        var taken: [Int] = []
        done.drain(into: &taken)

        #expect(taken == [1])
    }
}
