import Base
import Policy
import Wire

/// What an upstream says of its load with every answer to a gateway.
extension UpstreamState {
    /// Keeps what follows the requests in flight while nobody waits, which is nearly always so.
    mutating func rememberIdleLoad() {
        var text = ByteBuffer()
        LoadReport.append(
            queue: 0,
            limit: admission.settings.concurrency,
            state: shownState.text,
            to: &text
        )
        text.withReadable { idleLoad.assign($0, 0..<$0.count) }
    }

    /// Writes what `x-outrider-load` says: in flight, waiting, the limit, and the model's state.
    mutating func appendLoad(to output: inout ByteBuffer) {
        LoadReport.append(inFlight: admission.inFlight, to: &output)
        let depth = admission.depth
        if depth == 0 { return output.append(&idleLoad) }
        LoadReport.append(
            queue: depth,
            limit: admission.settings.concurrency,
            state: shownState.text,
            to: &output
        )
    }
}
