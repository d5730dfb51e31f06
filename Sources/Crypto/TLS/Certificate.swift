private import COpenSSL

/// What a certificate says of its holder (RFC 5280).
package struct Certificate: Sendable, Hashable {
    /// The subject's name as RFC 4514 writes it; may be empty.
    package let subject: String
    /// Names of hosts that it stands for, in lower case; one may begin with `*.`.
    package let hosts: [String]
    /// Addresses that it stands for, 4 or 16 bytes each.
    package let addresses: [[UInt8]]
    package let uris: [String]
    package let emails: [String]
    /// Seconds since 1970.
    package let validFrom: Int
    package let validUntil: Int

    /// The SPIFFE id of its holder: a certificate with one has exactly one URI.
    package var spiffeID: String? {
        guard uris.count == 1, uris[0].hasPrefix("spiffe://") else { return nil }
        return uris[0]
    }

    /// The first name that stands for it in a log.
    package var title: String { hosts.first ?? spiffeID ?? subject }

    /// The first certificate of a file.
    package init(_ file: PEMFile) throws(TLSProblem) {
        guard let found = file.certificates(), let first = found.first else {
            throw .noCertificate(file.name)
        }
        defer { for certificate in found { X509_free(certificate) } }
        self.init(first)
    }

    init(_ certificate: OpaquePointer) {
        let names = AlternativeNames(certificate)
        subject = Self.subject(certificate)
        hosts = names.hosts
        addresses = names.addresses
        uris = names.uris
        emails = names.emails
        validFrom = Self.seconds(X509_get0_notBefore(certificate))
        validUntil = Self.seconds(X509_get0_notAfter(certificate))
    }

    private static func subject(_ certificate: OpaquePointer) -> String {
        let output = BIO_new(BIO_s_mem())
        defer { BIO_free(output) }
        return outrider_subject(certificate, output).map { String(cString: $0) } ?? ""
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int {
        let epoch = ASN1_TIME_set(nil, 0)
        defer { ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var rest: Int32 = 0
        guard ASN1_TIME_diff(&days, &rest, epoch, time) == 1 else { return 0 }
        return Int(days) * 86_400 + Int(rest)
    }
}

/// The names besides the subject (RFC 5280 §4.2.1.6).
private struct AlternativeNames {
    var hosts: [String] = []
    var addresses: [[UInt8]] = []
    var uris: [String] = []
    var emails: [String] = []

    init(_ certificate: OpaquePointer) {
        let found = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil)
        guard let found else {
            ERR_clear_error()
            return
        }
        let names = OpaquePointer(found)
        defer { outrider_free_names(names) }
        for index in 0..<outrider_name_count(names) {
            var kind: Int32 = 0
            let value = GENERAL_NAME_get0_value(outrider_name(names, index), &kind)
            guard let value else { continue }
            add(Self.bytes(of: value.assumingMemoryBound(to: ASN1_STRING.self), kind), kind)
        }
    }

    private mutating func add(_ bytes: [UInt8], _ kind: Int32) {
        if kind == GEN_IPADD { return addresses.append(bytes) }
        // A zero within a name is an old trick to show one half and mean the other.
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        switch kind {
        case GEN_DNS: hosts.append(text.lowercased())
        case GEN_URI: uris.append(text)
        case GEN_EMAIL: emails.append(text)
        default: break
        }
    }

    private static func bytes(of text: UnsafeMutablePointer<ASN1_STRING>, _ kind: Int32) -> [UInt8]
    {
        guard [GEN_IPADD, GEN_DNS, GEN_URI, GEN_EMAIL].contains(kind) else { return [] }
        let count = Int(ASN1_STRING_length(text))
        return Array(UnsafeBufferPointer(start: ASN1_STRING_get0_data(text), count: count))
    }
}
