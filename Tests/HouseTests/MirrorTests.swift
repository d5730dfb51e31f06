import Testing

/// Every source file has its tests, in the same place below Tests, or says here where they are.
@Suite struct MirrorTests {
    /// Files whose tests stand in another file, because they are parts of what it tests.
    private static let parts: [String: [String]] = [
        "BaseTests/ByteSpanWordsTests.swift": ["Base/ByteSpan+Words.swift"],
        "WireTests/HTTP1/RequestHeadParserTests.swift": [
            "Wire/HTTP1/FieldParser.swift", "Wire/HTTP1/FieldSection.swift",
            "Wire/HTTP1/HTTPVersion.swift", "Wire/HTTP1/LineScanner.swift",
            "Wire/HTTP1/MessageLength.swift", "Wire/HTTP1/RequestHeadRules.swift",
            "Wire/HTTP1/RequestLine.swift", "Wire/HTTP/ConnectionOptions.swift",
            "Wire/HTTP/ListElements.swift", "Wire/HTTP/RequestTarget.swift",
        ],
        "WireTests/HTTP1/ResponseHeadParserTests.swift": [
            "Wire/HTTP1/ResponseHeadRules.swift", "Wire/HTTP1/StatusLine.swift",
            "Wire/HTTP/ResponseHead.swift",
        ],
        "WireTests/HTTP1/BodyDecoderTests.swift": [
            "Wire/HTTP1/BodyFraming.swift", "Wire/HTTP1/ChunkReader.swift",
            "Wire/HTTP1/TrailerReader.swift", "Wire/HTTP1/TrailerRules.swift",
        ],
        "WireTests/HTTP1/HeadEncoderTests.swift": ["Wire/HTTP/Status.swift"],
        "WireTests/HTTP/FieldNameTests.swift": [
            "Wire/HTTP/FieldNameTable.swift", "Wire/HTTP/FieldNameTable+Names.swift",
        ],
        "WireTests/HTTP/HTTPDateTests.swift": [
            "Wire/HTTP/CivilDay.swift", "Wire/HTTP/DateReader.swift",
        ],
        "WireTests/HTTP/DeadlineFieldTests.swift": [
            "Wire/HTTP/Priority.swift", "Wire/HTTP/RetryAfter.swift",
            "Wire/HTTP/TimeoutHeader.swift",
        ],
        "WireTests/HPACK/HPACKEncoderTests.swift": ["Wire/HPACK/FieldHash.swift"],
        "WireTests/HPACK/HPACKDecoderTests.swift": ["Wire/HPACK/StaticTable.swift"],
        "WireTests/HPACK/HuffmanTests.swift": ["Wire/HPACK/HuffmanCode.swift"],
        "WireTests/HTTP2/FieldBlockEncoderTests.swift": ["Wire/HTTP2/IndexingPolicy.swift"],
        "WireTests/HTTP2/HTTP2HeadReaderTests.swift": ["Wire/HTTP2/PseudoFields.swift"],
        "WireTests/HTTP2/HTTP2ConnectionTests.swift": [
            "Wire/HTTP2/HTTP2ErrorCode.swift", "Wire/HTTP2/HTTP2Event.swift",
            "Wire/HTTP2/HTTP2Limits.swift", "Wire/HTTP2/HTTP2Stream.swift",
            "Wire/HTTP2/ReadingState.swift", "Wire/HTTP2/StreamID.swift",
        ],
        "WireTests/GRPC/GRPCCallStreamTests.swift": ["Wire/GRPC/GRPCCall.swift"],
        "WireTests/JSON/JSONScannerTests.swift": [
            "Wire/JSON/JSONNumber.swift", "Wire/JSON/JSONPath.swift",
            "Wire/JSON/JSONString.swift", "Wire/JSON/UTF8Character.swift",
        ],
        "WireTests/JSON/JSONWriterTests.swift": ["Wire/JSON/JSONText.swift"],
        "ConfigTests/Schema/TLSSchemaTests.swift": ["Config/Schema/ListenerSchema.swift"],
        "CryptoTests/TLS/TLSSessionTests.swift": [
            "Crypto/TLS/LentBytes.swift", "Crypto/TLS/TLSClient.swift",
            "Crypto/TLS/TLSContext.swift", "Crypto/TLS/TLSFailure.swift",
            "Crypto/TLS/TLSVersion.swift",
        ],
        "CryptoTests/TLS/TLSServerTests.swift": [
            "Crypto/TLS/PEMFile.swift", "Crypto/TLS/TLSProblem.swift",
        ],
        "CryptoTests/TLS/TicketKeysTests.swift": ["Crypto/TLS/TLSSessionCache.swift"],
        "FuzzTests/CorpusTests.swift": ["Fuzz/"],
        "BenchTests/CaseTests.swift": ["Bench/"],
        "SimulationTests/SimulationTests.swift": [
            "Proxy/Exchange/", "Proxy/Messages/", "Proxy/Upstream/",
        ],
        "EndToEnd/conftest.py": [
            "Proxy/Control/", "Proxy/Downstream/", "Proxy/Server/", "Proxy/Streams/",
            "Proxy/Worker/", "outrider/",
            "Reactor/ProgramPages.swift",
        ],
    ]

    @Test(arguments: try House.sources()) func `a source file has its tests`(_ file: Source) {
        let stem = file.path.dropFirst(file.module.count).dropLast(6)
        let own = "Tests/\(file.module)Tests\(stem)Tests.swift"
        let ofType = "Tests/\(file.module)Tests\(stem.prefix { $0 != "+" })Tests.swift"
        let isPart = Self.parts.values.joined().contains { file.path.hasPrefix($0) }

        #expect(House.exists(own) || House.exists(ofType) || isPart, "\(own) is missing")
    }

    @Test(arguments: parts.keys.sorted()) func `tests that stand for others exist`(_ tests: String)
    {
        #expect(House.exists("Tests/\(tests)"), "Tests/\(tests) is missing")
        for part in Self.parts[tests] ?? [] {
            #expect(House.exists("Sources/\(part)"), "Sources/\(part) is gone: forget it here")
        }
    }
}
