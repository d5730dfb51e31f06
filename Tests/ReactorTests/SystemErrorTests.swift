import Glibc
import Reactor
import Testing

@Suite struct SystemErrorTests {
    @Test func `an error tells what it is without errno names`() {
        #expect(SystemError(code: ECONNREFUSED).isConnectionRefused)
        #expect(SystemError(code: ETIMEDOUT).isTimedOut)
        #expect(SystemError(code: EMFILE).isOutOfDescriptors)
        #expect(!SystemError(code: ECONNREFUSED).isOutOfDescriptors)
    }

    @Test func `an error describes itself in words`() {
        #expect(SystemError(code: ENOENT).description == "No such file or directory")
    }
}
