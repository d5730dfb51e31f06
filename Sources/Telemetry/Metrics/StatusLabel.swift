/// The closed list of values of the label `http_response_status_code`.
///
/// The registered statuses that occur stand for themselves. Any other shares the label of its
/// class, so that not even the model can grow the number of series.
package enum StatusLabel {
    /// How many labels there are.
    package static var count: Int { texts.count }

    /// The place of `status` in the list; 0 stands for a request without any answer.
    package static func index(of status: Int) -> Int { index(of: status, in: places) }

    /// The same for who keeps the list: looking for it costs more than looking into it.
    static func index(of status: Int, in places: [UInt8]) -> Int {
        places.indices.contains(status) ? Int(places[status]) : 0
    }

    /// The label's text at `index`, empty for the absence of a status.
    package static func text(at index: Int) -> String { texts[index] }

    private static let known = [
        101, 200, 201, 202, 203, 204, 205, 206, 207, 300, 301, 302, 303, 304, 307, 308, 400, 401,
        403, 404, 405, 406, 408, 409, 410, 411, 413, 414, 415, 416, 417, 421, 422, 424, 425, 429,
        431, 499, 500, 501, 502, 503, 504, 505,
    ]
    private static let classes = ["", "1xx", "2xx", "3xx", "4xx", "5xx"]
    private static let texts = classes + known.map(String.init)

    /// One entry for every status of three digits and below.
    static let places = (0...999).map { status in
        if let place = known.firstIndex(of: status) { return UInt8(classes.count + place) }
        return (100...599).contains(status) ? UInt8(status / 100) : 0
    }
}
