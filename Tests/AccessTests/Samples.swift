/// Keys and signatures made for these tests alone.
enum Samples {
    static let rsaModulus =
        "w4JKkPNfwu1Qh0j5VYyjntAUCHrx21wkk_BgVv3mNyNxtiZNR_r9swhFXsmsQD6xOk6YNaIZCmNO"
        + "6MLoip48AvTlUZqeSGshubExNk-WEMum1T1dqIClTDeOy7t4682ZxHoZ0UvSf6lCmyLUQS_B-UVm"
        + "BswYzQYe8_YLUevJSCRZoQVy4RPoviovsdrYTp84Ut5nCk6_IRvbnj6qNSzNR_ww3PXRuWr6OdnJ"
        + "Ads96hx0_W4RGwNs7JZaQjiU5v35dDAXQ-Abl3O0Bc52JZPom4AMZHnoAJNsbW9Bw_oHARkmq2Dr"
        + "gT-jHodxqHDs7vSOCQQ3931pCMKVQle4Ka-tqQ"
    static let weakModulus =
        "0AwmCNiM0gOnRN5Wm0fNEeJ9kBpur2ThgimdpW3zhBLCCOhZh4QIQem26OtZ5XGgcetuJG9YLpM_"
        + "IRHgeCkA1l5FnnBVY-1nppiljCLHhXGTxlHdH-6HB9feg_4pM7c1tuQuUeJ6ZQKnEzOb0-eE2n8v"
        + "PMBPnaxCxegokr2REpM"
    static let ecX =
        "-IgnsAU-jlA5hREIYIjyKNJWbtFp0bXN_5D2Cgl8cCc"
    static let ecY =
        "X6nRgGiAU-d4QocObPt5hsiUSn6X1x7ICXSBdGbTMFE"
    static let edX =
        "vw0Zpx44DEAADUqXrmyiLn5UjyiIJ9nnJGiVvjKRNvk"
    /// Of "ann" for "gateway" by "https://issuer.example", until 2,000,000,000.
    static let rs256 =
        "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGx"
        + "lIiwiYXVkIjoiZ2F0ZXdheSIsInN1YiI6ImFubiIsImV4cCI6MjAwMDAwMDAwMH0.Y4oPyg173Im"
        + "aBroEEKUZnTxLhJ5C476JtkQc0R-Uu3qIHc1mOjBm3IbGR1KslK4_K2aIGMLs3y9-IpUla4ywFnD"
        + "Q3yyurRxXO5y2RCJ336vDcb4jSiX33-phZkf472zOS0ukp4bpIYjnqu6jUarLqOoADmY3sxWDsy9"
        + "XGVYzPU_VYZPyqDFAiMnySTYqQEHBTiSTXGIuy7BwWKSVvABAccfYtQDZ8R5WEWp_2VUTVG7XN4T"
        + "bhvevvcS8V7mV8KuU54reY236ZANApRDkQ16Ye_KaG8v1LuLv2XKr6LaoBhVNZEDh3PswctpIuti"
        + "i1J54J_jZLlKdagM0QW92oNy0ug"
    /// Of "ann" for "gateway" by "https://issuer.example", until 2,000,000,000.
    static let ps256 =
        "eyJhbGciOiJQUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGx"
        + "lIiwiYXVkIjoiZ2F0ZXdheSIsInN1YiI6ImFubiIsImV4cCI6MjAwMDAwMDAwMH0.C3cyrxioQz4"
        + "fIySmfBBZIYKb8rumf2ZwCg27KtZST3WOU_JgmEG8YfNazz1Ck9mzzqZfSAnYAvqNFjAsOtL5VH0"
        + "6NeEZ8vj_XN-HbZSVUcXMD1-ihR4QG3j42jj6nsaOMvSHAMwLtwF6YN9JUMjX30kt6Zdc0VczrGB"
        + "PZGXguLE-V0E02qHwhCkCXHn_T7FxJfHaunR-gK7zdx1gLz3shriVhTTmzWwXcxt_aZ4bk-CpwZs"
        + "npbJV0ocYHpZHStcpeC2BW1J_9AFyTTREoZmLFtO1fmLj1594DUYJW9zutoMzGjP9Tvd3mv0pFMt"
        + "afzSgJ61_sbXQ0DARRPPI354gag"
    /// Of "ann" for "gateway" by "https://issuer.example", until 2,000,000,000.
    static let rs256Weak =
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IndlYWsifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtc"
        + "GxlIiwiYXVkIjoiZ2F0ZXdheSIsInN1YiI6ImFubiIsImV4cCI6MjAwMDAwMDAwMH0.O_5ye9Leq"
        + "rPKL1vb_iFyeppXHnHhysD3EtxuLzWFNfMAzHopFnA21I07-icMVaWyrAa3FUhK7M65_zcXul088"
        + "5-SHg5MNHBtU2qqJXZecUHxkjuwkTYT57gUk8C2Tc4bXrd8pAycNz_0urwTiJfnJXFCNuKyzzAAj"
        + "nGcshBPbeE"
    /// Of "ann" for "gateway" by "https://issuer.example", until 2,000,000,000.
    static let es256 =
        "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxl"
        + "IiwiYXVkIjoiZ2F0ZXdheSIsInN1YiI6ImFubiIsImV4cCI6MjAwMDAwMDAwMH0.t7Aji79avpk6"
        + "ysyp9kNcr3rXpdFqFm-enqFGK5Ybzjh4Mme4hDFQg85oFFGjavj_qQjpnE1aMr4eztawoY31RQ"
    /// Of "ann" for "gateway" by "https://issuer.example", until 2,000,000,000.
    static let es256DER =
        "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxl"
        + "IiwiYXVkIjoiZ2F0ZXdheSIsInN1YiI6ImFubiIsImV4cCI6MjAwMDAwMDAwMH0.MEUCIQC3sCOL"
        + "v1q-mTrKzKn2Q1yvetel0WoWb56eoUYrlhvOOAIgeDJnuIQxUIPOaBRRo2r4_6kI6ZxNWjK-Hs7W"
        + "sKGN9UU"
    static let rsaPEM = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw4JKkPNfwu1Qh0j5VYyj
        ntAUCHrx21wkk/BgVv3mNyNxtiZNR/r9swhFXsmsQD6xOk6YNaIZCmNO6MLoip48
        AvTlUZqeSGshubExNk+WEMum1T1dqIClTDeOy7t4682ZxHoZ0UvSf6lCmyLUQS/B
        +UVmBswYzQYe8/YLUevJSCRZoQVy4RPoviovsdrYTp84Ut5nCk6/IRvbnj6qNSzN
        R/ww3PXRuWr6OdnJAds96hx0/W4RGwNs7JZaQjiU5v35dDAXQ+Abl3O0Bc52JZPo
        m4AMZHnoAJNsbW9Bw/oHARkmq2DrgT+jHodxqHDs7vSOCQQ3931pCMKVQle4Ka+t
        qQIDAQAB
        -----END PUBLIC KEY-----

        """
    static let edPrivate = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIE2WwNQ5ao/MqXQTWLfhaLT2i73a++Zz3GIf772MXulM
        -----END PRIVATE KEY-----

        """
    static let edPublic = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAvw0Zpx44DEAADUqXrmyiLn5UjyiIJ9nnJGiVvjKRNvk=
        -----END PUBLIC KEY-----

        """
}
