private import CLinux
private import Glibc

/// What is mapped of the program's file and of the libraries it runs on, and is never written:
/// code, and the tables that the loader and the runtime read.
package enum ProgramPages {
    /// Gives back the pages that only the start needed; what runs on is read again on first use.
    ///
    /// The pages are clean and stay in the page cache, so a page that is needed again costs a
    /// minor fault. At rest this halves what the process keeps resident. Says whether the kernel
    /// took the advice; when it did not, everything stays as it was.
    @discardableResult
    package static func forgetStart() -> Bool {
        // Ends at the first object whose pages the kernel does not let go.
        let failure = dl_iterate_phdr(
            { object, _, _ in object.map { ProgramPages.forget($0.pointee) } ?? 0 },
            nil
        )
        return failure == 0
    }

    /// Forgets what is never written of one object; 0 when that worked.
    private static func forget(_ object: outrider_object) -> Int32 {
        let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
        for index in 0..<Int(object.count) {
            guard let segment = object.segments?[index], segment.p_type == PT_LOAD,
                segment.p_flags & UInt32(PF_W) == 0
            else { continue }
            let start = object.base + UInt(segment.p_vaddr)
            let first = start / page * page
            let last = (start + UInt(segment.p_memsz) + page - 1) / page * page
            // The vDSO is no file: it has nowhere to be read from again, and is not touched.
            let memory = UnsafeMutableRawPointer(bitPattern: first)
            if madvise(memory, Int(last - first), MADV_DONTNEED) != 0, errno != EINVAL { return 1 }
        }
        return 0
    }
}
