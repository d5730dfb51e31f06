import Base
import Wire

/// The part of `/status` that only a gateway has.
extension StatusPage {
    /// Routes, services with their splits, key sets.
    mutating func append(_ gateway: GatewayReport, _ output: inout ByteBuffer) {
        writer.key("services", &output)
        writer.beginArray(&output)
        for service in gateway.services { append(service, &output) }
        writer.endArray(&output)
        writer.key("routes", &output)
        writer.beginArray(&output)
        for route in gateway.routes {
            writer.beginObject(&output)
            field("name", route.name, &output)
            field("path", route.path, &output)
            field("service", route.service, &output)
            writer.endObject(&output)
        }
        writer.endArray(&output)
        number("apiKeys", gateway.apiKeys, &output)
        writer.key("keySets", &output)
        writer.beginArray(&output)
        for set in gateway.keySets { append(set, &output) }
        writer.endArray(&output)
    }

    private mutating func append(_ service: GatewayReport.Service, _ output: inout ByteBuffer) {
        writer.beginObject(&output)
        field("name", service.name, &output)
        field("sticky", service.stickiness, &output)
        list("fallback", service.fallback, &output)
        list("models", service.models, &output)
        writer.key("versions", &output)
        writer.beginArray(&output)
        for version in service.versions {
            writer.beginObject(&output)
            field("version", version.name, &output)
            writer.key("percent", &output)
            writer.separate(&output)
            append(percent: version.share, &output)
            append(members: version.upstream, &output)
            writer.endObject(&output)
        }
        writer.endArray(&output)
        writer.endObject(&output)
    }

    private mutating func append(_ set: GatewayReport.KeySet, _ output: inout ByteBuffer) {
        writer.beginObject(&output)
        field("issuer", set.issuer, &output)
        number("keys", set.count, &output)
        if let age = set.age {
            writer.key("ageSeconds", &output)
            writer.seconds(age, &output)
        }
        writer.endObject(&output)
    }

    private mutating func list(
        _ name: StaticString,
        _ texts: [String],
        _ output: inout ByteBuffer
    ) {
        writer.key(name, &output)
        writer.beginArray(&output)
        for text in texts { writer.string(text, &output) }
        writer.endArray(&output)
    }

    /// Percent with up to two digits after the point.
    private func append(percent: Double, _ output: inout ByteBuffer) {
        let hundredths = Int((percent * 100).rounded())
        output.append(decimal: hundredths / 100)
        let rest = hundredths % 100
        if rest > 0 { output.append(rest < 10 ? ".0\(rest)" : ".\(rest)") }
    }
}
