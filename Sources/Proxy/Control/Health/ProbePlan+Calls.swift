import Wire

/// How the answers of servers of gRPC are understood.
extension ProbePlan {
    /// What the answer to a call says.
    ///
    /// Of a model that was not ready yet, "not serving" means that it still loads.
    func judge(_ answer: GRPCCall.Answer, to call: HealthCall, isLoading: Bool) -> Verdict {
        guard let status = answer.status else {
            let evidence = "\(call.name) answered \(answer.httpStatus) and no grpc-status"
            return answer.httpStatus == 503 && isLoading ? .loading(evidence) : .failed(evidence)
        }
        let evidence = "\(call.name) ended with grpc-status \(status.rawValue)"
        switch status {
        case .ok:
            let complaint = call.complaint(about: answer.message ?? [])
            return complaint.map { isLoading ? .loading($0) : .failed($0) } ?? .alive
        case .unimplemented:
            return isOwnPath ? .failed(evidence) : .nextPage
        case .unauthenticated, .permissionDenied:
            // It is up, though not for us to ask; who named a service wants its answer.
            return isOwnPath ? .failed(evidence) : .alive
        case .notFound, .unavailable:
            return isLoading ? .loading(evidence) : .failed(evidence)
        case .deadlineExceeded:
            return .timedOut
        default:
            return .failed(evidence)
        }
    }
}
