import Reactor
import Testing

@Suite struct FileWatchTests {
    @Test func `nothing has changed at first, nor by a neighbour`() throws {
        let folder = try TemporaryFolder()
        try folder.write("f", "1")
        var watch = try FileWatch(paths: [folder.file("f")])

        let first = watch.hasChanged()
        try folder.write("neighbour", "1")
        try waitUntilReadable(watch.descriptor)
        let second = watch.hasChanged()

        #expect(!first)
        #expect(!second)
    }

    @Test func `a rewrite in place is a change, once`() throws {
        let folder = try TemporaryFolder()
        try folder.write("f", "1")
        var watch = try FileWatch(paths: [folder.file("f")])

        // The same size, most likely within one tick of the file system's clock.
        try folder.write("f", "2")
        try waitUntilReadable(watch.descriptor)
        let first = watch.hasChanged()
        let second = watch.hasChanged()

        #expect(first)
        #expect(!second)
    }

    @Test func `a file renamed over the old one is a change`() throws {
        let folder = try TemporaryFolder()
        try folder.write("f", "1")
        var watch = try FileWatch(paths: ["/etc/hostname", folder.file("f")])

        try folder.replace("f", "2")
        try waitUntilReadable(watch.descriptor)
        let first = watch.hasChanged()
        try folder.replace("f", "3")
        try waitUntilReadable(watch.descriptor)
        let second = watch.hasChanged()

        #expect(first)
        #expect(second)
    }

    @Test func `a ConfigMap's swapped link is a change, again and again`() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("..1")
        try folder.write("..1/f", "1")
        try folder.link("..data", to: "..1")
        try folder.link("f", to: "..data/f")
        var watch = try FileWatch(paths: [folder.file("f")])

        let first = try swap(folder, to: "..2", after: "..1", &watch)
        let second = try swap(folder, to: "..3", after: "..2", &watch)
        let text = try folder.read("f")

        #expect(first)
        #expect(second)
        #expect(text == "..3")
    }

    @Test func `a rewrite behind a link into another folder is a change`() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("elsewhere")
        try folder.write("elsewhere/real", "1")
        try folder.link("f", to: "elsewhere/real")
        var watch = try FileWatch(paths: [folder.file("f")])

        try folder.write("elsewhere/real", "2")
        try waitUntilReadable(watch.descriptor)
        let isChanged = watch.hasChanged()

        #expect(isChanged)
    }

    @Test func `a file that comes later and one that goes are changes`() throws {
        let folder = try TemporaryFolder()
        var watch = try FileWatch(paths: [folder.file("f")])

        try folder.write("f", "1")
        try waitUntilReadable(watch.descriptor)
        let isThere = watch.hasChanged()
        try folder.remove("f")
        try waitUntilReadable(watch.descriptor)
        let isGone = watch.hasChanged()

        #expect(isThere)
        #expect(isGone)
    }

    @Test func `a folder that is missing is found by asking`() throws {
        let folder = try TemporaryFolder()
        var watch = try FileWatch(paths: [folder.file("later/f")])
        let isComplete = watch.isComplete

        try folder.makeFolder("later")
        try folder.write("later/f", "1")
        let isThere = watch.hasChanged()
        try folder.write("later/f", "2")
        try waitUntilReadable(watch.descriptor)
        let isChanged = watch.hasChanged()

        #expect(!isComplete)
        #expect(isThere)
        #expect(isChanged)
    }

    /// Does what the kubelet does, and says whether the watch told of it.
    private func swap(
        _ folder: borrowing TemporaryFolder,
        to fresh: String,
        after old: String,
        _ watch: inout FileWatch
    ) throws -> Bool {
        try folder.makeFolder(fresh)
        try folder.write("\(fresh)/f", fresh)
        try folder.link("..data_tmp", to: fresh)
        try folder.move("..data_tmp", to: "..data")
        try folder.remove("\(old)/f")
        try folder.remove(old)
        try waitUntilReadable(watch.descriptor)
        return watch.hasChanged()
    }
}
