private import CLinux
private import Glibc

/// The pages of the program's own code.
package enum ProgramCode {
    /// Gives back the pages that only the start needed; what runs on is read again on first use.
    ///
    /// The pages are clean and stay in the page cache, so a page that is needed again costs a
    /// minor fault. At rest this halves what the process keeps resident. Says whether the kernel
    /// took the advice; when it did not, everything stays as it was.
    @discardableResult
    package static func forgetStart() -> Bool {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        guard let start = outrider_code_start(), let end = outrider_code_end() else { return false }
        let first = (Int(bitPattern: start) + page - 1) / page * page
        let last = Int(bitPattern: end) / page * page
        guard first < last else { return false }
        return madvise(UnsafeMutableRawPointer(bitPattern: first), last - first, MADV_DONTNEED) == 0
    }
}
