#pragma once
// SHA256_Init and its kin are deprecated, but the only ones that allocate nothing.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// What follows are macros that Swift's importer cannot read, under names of their own.

// The configuration file of the system must not change what a listener offers.
static inline int outrider_init_tls(void) {
    return OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

// Everything that all contexts have in common; 1 when OpenSSL took it.
static inline int outrider_harden(SSL_CTX *context, int version) {
    SSL_CTX_set_options(context,
        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE
            | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1);
    SSL_CTX_clear_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_security_level(context, 2);
    return SSL_CTX_set_min_proto_version(context, version) == 1;
}

static inline int outrider_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}

static inline int outrider_set_signatures(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_sigalgs_list(context, list);
}

static inline void outrider_set_minimum_version(SSL *session, int version) {
    SSL_set_min_proto_version(session, version);
}

static inline int outrider_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static inline void outrider_keep_no_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

// A client's sessions go to the callback for new ones, and into no table of OpenSSL's.
static inline void outrider_hand_out_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(
        context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}

static inline int outrider_set_server_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

// HMAC-SHA-256; the names of parameters must outlive them.
static inline int outrider_key_hmac(EVP_MAC_CTX *context, const unsigned char *key, size_t size) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, size),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(context, parameters);
}

static inline const char *outrider_subject(X509 *certificate, BIO *output) {
    X509_NAME_print_ex(output, X509_get_subject_name(certificate), 0,
        XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char *text = NULL;
    BIO_write(output, "", 1);
    BIO_get_mem_data(output, &text);
    return text;
}

static inline int outrider_name_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

static inline GENERAL_NAME *outrider_name(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}

static inline void outrider_free_names(GENERAL_NAMES *names) {
    GENERAL_NAMES_free(names);
}

static inline void outrider_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void outrider_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline void outrider_attach(SSL *session, void *owner) { SSL_set_app_data(session, owner); }
static inline void *outrider_owner(const SSL *session) { return SSL_get_app_data(session); }
