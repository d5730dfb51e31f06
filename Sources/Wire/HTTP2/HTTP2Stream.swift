/// What one end knows of one stream; plain words, so that opening one allocates nothing.
struct HTTP2Stream {
    let id: UInt32
    var tag: UInt64 = 0
    /// Bytes that we may send: negative when the peer made its windows smaller (§6.9.2).
    var sendWindow: Int
    /// Bytes that the peer may send.
    var receiveWindow: Int
    /// Bytes taken over that the peer has not been told of.
    var owed = 0
    /// Bytes of payload that a content-length leaves to come; negative when there is none.
    var expected = -1
    /// Where its queue lies among the `SendQueues`; negative without one.
    var queue = -1
    /// Of the request, which says whether its response may have a body (client).
    var method = Method.get
    /// What the request asks to switch to (client).
    var upgrade = RequestHead.Upgrade.none
    /// Whether the peer's END_STREAM came.
    var isPeerDone = false
    /// Whether our END_STREAM left.
    var isDone = false
    /// Whether our END_STREAM left or waits behind what is queued.
    var isEnding = false
    /// Whether the peer's final head came.
    var hasPeerHead = false
    /// Whether our final head left: a stream without is one that was not answered.
    var hasHead = false

    init(_ id: UInt32, sendWindow: Int, receiveWindow: Int) {
        self.id = id
        self.sendWindow = sendWindow
        self.receiveWindow = receiveWindow
    }
}
