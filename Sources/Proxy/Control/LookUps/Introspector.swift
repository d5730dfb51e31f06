import Access
import Base

/// Asks the introspection endpoint about tokens (RFC 7662); who ask the same share one request.
struct Introspector: ~Copyable {
    /// A credential and by whose settings it is asked about.
    private struct Subject: Hashable {
        let gatekeeper: ObjectIdentifier
        let credential: [UInt8]
    }

    private struct Asked {
        let subject: Subject
        /// At least one; keeps the gatekeeper alive, so that the subject names no other.
        var questions: [LookUpQuestion]
    }

    private var tags: [Subject: UInt64] = [:]
    private var asked: [UInt64: Asked] = [:]
    private var lastTag: UInt64 = 0
    private var isFailing = false
    private var answered: [(LookUpQuestion, Introspection.Answer)] = []

    /// Requests that wait for the answer about one credential.
    private static let questionsMax = 256

    /// A worker has met a credential that only the endpoint can judge.
    mutating func ask(
        _ question: LookUpQuestion,
        _ fetcher: inout Fetcher,
        _ reactor: inout ControlReactor
    ) {
        let gatekeeper = question.gateway.gatekeeper
        let subject = Subject(
            gatekeeper: ObjectIdentifier(gatekeeper),
            credential: question.credential
        )
        if let tag = tags[subject] {
            guard asked[tag]?.questions.count ?? 0 < Self.questionsMax else {
                answered.append((question, .failed))
                return
            }
            asked[tag]?.questions.append(question)
            return
        }
        guard let settings = gatekeeper.introspection, let url = FetchURL(settings.url) else {
            answered.append((question, .failed))
            return
        }
        lastTag += 1
        let tag = LookUpDesk.introspectionTag | lastTag
        tags[subject] = tag
        asked[tag] = Asked(subject: subject, questions: [question])
        fetcher.fetch(Self.request(question.credential, settings, url), tag: tag, &reactor)
    }

    /// A fetch has ended; says whether it was one of these.
    mutating func ended(_ ending: Fetcher.Ending, nowUnix: Int64) -> Bool {
        guard let ended = asked.removeValue(forKey: ending.tag) else { return false }
        tags[ended.subject] = nil
        guard let gateway = ended.questions.first?.gateway else { return true }
        var answer = Introspection.Answer.failed
        var problem: String?
        switch ending.outcome {
        case .failed(let reason): problem = reason
        case .answered(200, let body):
            answer = gateway.gatekeeper.read(introspection: body.span, nowUnix: nowUnix)
            if case .failed = answer { problem = "the answer is not one of RFC 7662" }
        case .answered(let status, _): problem = "status \(status)"
        }
        tell(problem)
        for question in ended.questions { answered.append((question, answer)) }
        return true
    }

    /// Takes the questions that are answered.
    mutating func takeAnswered() -> [(LookUpQuestion, Introspection.Answer)] {
        var taken: [(LookUpQuestion, Introspection.Answer)] = []
        swap(&taken, &answered)
        return taken
    }

    private static func request(
        _ credential: [UInt8],
        _ settings: IntrospectionSettings,
        _ url: FetchURL
    ) -> Fetcher.Request {
        var form = ByteBuffer()
        Introspection.appendBody(credential.span, to: &form)
        var authorization = ByteBuffer()
        Introspection.appendAuthorization(settings, to: &authorization)
        return Fetcher.Request(
            url: url,
            authorization: settings.clientID.isEmpty
                ? nil : authorization.withReadable { $0.array(0..<$0.count) },
            form: form.withReadable { $0.array(0..<$0.count) },
            limit: Introspection.maximumAnswer
        )
    }

    /// Complains once when asking begins to fail, and says when that has ended.
    private mutating func tell(_ problem: String?) {
        defer { isFailing = problem != nil }
        if let problem {
            guard !isFailing else { return }
            Complaint.write("tokens cannot be introspected: \(problem)")
        } else if isFailing {
            Complaint.write("tokens are introspected again")
        }
    }
}
