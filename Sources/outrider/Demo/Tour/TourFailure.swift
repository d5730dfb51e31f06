/// Why a step of the tour did not show what it should.
struct TourFailure: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
