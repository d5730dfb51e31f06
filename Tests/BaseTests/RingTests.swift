import Base
import Testing

@Suite struct RingTests {
    @Test func `what came first goes first, round and round`() {
        var ring = Ring<Int>(capacity: 3)

        for number in 0..<10 {
            let isFirstIn = ring.push(number)
            let isSecondIn = ring.push(number + 100)
            #expect(isFirstIn && isSecondIn)
            #expect(ring.pop() == number)
            #expect(ring.pop() == number + 100)
        }

        #expect(ring.isEmpty)
        #expect(ring.pop() == nil)
    }

    @Test func `a full ring says so and keeps what it has`() {
        var ring = Ring<Int>(capacity: 2)

        let answers = [ring.push(1), ring.push(2), ring.push(3)]

        #expect(answers == [true, true, false])

        #expect(ring.count == 2 && ring.capacity == 2)
        #expect(ring.pop() == 1)
    }

    @Test func `a ring lets go of what was taken`() {
        final class Canary {}
        var ring = Ring<Canary>(capacity: 2)
        weak var canary: Canary?
        do {
            let held = Canary()
            canary = held
            _ = ring.push(held)
        }
        #expect(canary != nil)

        _ = ring.pop()

        #expect(canary == nil)
    }

    @Test(arguments: 1...8) func `it behaves as an array does`(_ seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        var ring = Ring<UInt64>(capacity: seed)
        var model: [UInt64] = []

        for _ in 0..<500 {
            if random.below(2) == 0 {
                let number = random.next()
                let isPushed = ring.push(number)
                #expect(isPushed == (model.count < seed))
                if isPushed { model.append(number) }
            } else {
                #expect(ring.pop() == (model.isEmpty ? nil : model.removeFirst()))
            }
            #expect(ring.count == model.count)
        }
    }
}
