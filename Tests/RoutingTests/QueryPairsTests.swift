import Base
import Testing

@testable import Routing

@Suite struct QueryPairsTests {
    private func contains(_ query: String, _ name: String, _ value: String) -> Bool {
        let bytes = Array(query.utf8)
        let range = 0..<bytes.count
        return QueryPairs.contains(Array(name.utf8), Wildcard(value), in: bytes.span, range)
    }

    @Test(arguments: [
        ("a=1", "a", "1"), ("b=2&a=1", "a", "1"), ("a=2&a=1", "a", "1"), ("a", "a", ""),
        ("a", "a", "*"),
        ("a=", "a", ""), ("%61=1", "a", "1"), ("a=%31", "a", "1"), ("a=x+y", "a", "x y"),
        ("a=x%2By", "a", "x+y"), ("a=b=c", "a", "b=c"), ("a=%", "a", "%"), ("a=%zz", "a", "%zz"),
        ("&&a=1&", "a", "1"), ("a=%26b%3D", "a", "&b="), ("a=gold-1", "a", "gold-*"),
        ("a=%2531", "a", "%31"),
    ]) func `a pair is found`(_ query: String, _ name: String, _ value: String) {
        #expect(contains(query, name, value))
    }

    @Test(arguments: [
        ("", "a", "*"), ("b=1", "a", "*"), ("A=1", "a", "*"), ("ab=1", "a", "*"), ("=1", "a", "*"),
        ("a=1", "a", "2"), ("b=a", "a", "*"), ("a%=1", "a", "*"), ("a%3D1", "a", "1"),
    ]) func `another pair is not`(_ query: String, _ name: String, _ value: String) {
        #expect(!contains(query, name, value))
    }

    @Test func `the first value is decoded`() {
        let bytes = Array("?v=1&v=%5E2+&w".utf8)
        let first = QueryPairs.first(Array("v".utf8), in: bytes.span, 3..<bytes.count)
        let second = QueryPairs.first(Array("v".utf8), in: bytes.span, 5..<bytes.count)
        let empty = QueryPairs.first(Array("w".utf8), in: bytes.span, 1..<bytes.count)

        #expect(first == Array("^2 ".utf8))
        #expect(second == Array("^2 ".utf8))
        #expect(empty == [])
    }
}
