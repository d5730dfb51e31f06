import Base
import Wire

/// The answer to `GET /v1/models`, in OpenAI's shape.
enum ModelList {
    /// Appends the list of `names`.
    static func append(_ names: [String], to output: inout ByteBuffer) {
        output.append("{\"object\":\"list\",\"data\":[")
        for (index, name) in names.enumerated() {
            output.append(index == 0 ? "{\"id\":" : ",{\"id\":")
            JSONText.append(Array(name.utf8).span, to: &output)
            output.append(",\"object\":\"model\",\"created\":0,\"owned_by\":\"outrider\"}")
        }
        output.append("]}")
    }
}
