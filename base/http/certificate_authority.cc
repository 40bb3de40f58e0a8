#include "base/http/certificate_authority.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>

#include "base/http/tls.h"
#include "base/os/clock.h"

namespace aweber {
namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, OpensslDelete<GENERAL_NAMES_free>>;

constexpr std::size_t kMaxCommonName = 64;  // ub-common-name, RFC 5280 appendix A.1

Error Failed(const std::string& what) { return TlsError("tls.certificate", "cannot " + what); }

struct Validity {
  long from_days;
  long to_days;
};

bool SetValidity(X509* certificate, Validity validity) {
  std::time_t now = ToUnixSeconds(SystemClock::System().Now());
  return X509_time_adj_ex(X509_getm_notBefore(certificate), static_cast<int>(validity.from_days), 0,
                          &now) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), static_cast<int>(validity.to_days), 0,
                          &now) != nullptr;
}

// RFC 5280 §4.1.2.2: positive, unique, at most 20 octets.
bool SetRandomSerial(X509* certificate) {
  std::array<unsigned char, 16> bytes;
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
  BIGNUM* number = BN_bin2bn(bytes.data(), bytes.size(), nullptr);
  const bool done = number != nullptr &&
                    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return done;
}

bool SetSubject(X509* certificate, const std::string& common_name) {
  const std::string text = common_name.substr(0, kMaxCommonName);
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  const bool done = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return done;
}

// Built by hand and not from a configuration text: a name must not be able to add another.
bool AddName(GENERAL_NAMES* names, const std::string& name) {
  GENERAL_NAME* entry = GENERAL_NAME_new();
  if (entry == nullptr) return false;
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(name.c_str());
  if (address != nullptr) {
    GENERAL_NAME_set0_value(entry, GEN_IPADD, address);
  } else {
    ERR_clear_error();
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    if (text == nullptr || ASN1_STRING_set(text, name.data(), static_cast<int>(name.size())) != 1) {
      ASN1_IA5STRING_free(text);
      GENERAL_NAME_free(entry);
      return false;
    }
    GENERAL_NAME_set0_value(entry, GEN_DNS, text);
  }
  if (sk_GENERAL_NAME_push(names, entry) > 0) return true;
  GENERAL_NAME_free(entry);
  return false;
}

bool AddSubjectAltNames(X509* certificate, const std::vector<std::string>& names) {
  const NamesPtr list(GENERAL_NAMES_new());
  if (!list) return false;
  for (const std::string& name : names) {
    if (!AddName(list.get(), name)) return false;
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, 0) == 1;
}

KeyPtr NewKey() { return KeyPtr(EVP_EC_gen("P-256")); }

X509Ptr NewCertificate(EVP_PKEY* key, const std::string& common_name, Validity validity) {
  X509Ptr certificate(X509_new());
  const bool done =
      certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      SetRandomSerial(certificate.get()) && SetValidity(certificate.get(), validity) &&
      SetSubject(certificate.get(), common_name) && X509_set_pubkey(certificate.get(), key) == 1;
  if (!done) certificate.reset();
  return certificate;
}

struct Authority {
  KeyPtr key;
  X509Ptr certificate;
};

Result<Authority> NewAuthority(const std::string& common_name) {
  Authority made;
  made.key = NewKey();
  if (!made.key) return Failed("make a key");
  made.certificate = NewCertificate(made.key.get(), common_name, {-1, 3650});
  X509* ca = made.certificate.get();
  // RFC 5280 §4.2.1.9, §4.2.1.3: what makes it an authority is critical.
  const bool done = ca != nullptr && X509_set_issuer_name(ca, X509_get_subject_name(ca)) == 1 &&
                    AddExtension(ca, ca, NID_basic_constraints, "critical,CA:TRUE") &&
                    AddExtension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    AddExtension(ca, ca, NID_subject_key_identifier, "hash") &&
                    X509_sign(ca, made.key.get(), EVP_sha256()) != 0;
  if (!done) return Failed("make the authority's certificate");
  return made;
}

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Result<std::string> CertificatePem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return Failed("write PEM");
  return TextOf(bio.get());
}

Result<std::string> KeyPem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio ||
      PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Failed("write PEM");
  }
  return TextOf(bio.get());
}

Result<std::string> Fingerprint(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return Failed("hash");
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  }
  return text;
}

}  // namespace

struct CertificateAuthority::Impl {
  Authority trusted;
  Authority unknown;  // nobody is told of this one: it signs kUnknownAuthority leaves
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CertificateAuthority::~CertificateAuthority() = default;

Result<std::unique_ptr<CertificateAuthority>> CertificateAuthority::Create(
    const std::string& common_name) {
  auto impl = std::make_unique<Impl>();
  auto trusted = NewAuthority(common_name);
  if (!trusted) return trusted.error();
  auto unknown = NewAuthority("Unknown CA");
  if (!unknown) return unknown.error();
  impl->trusted = *std::move(trusted);
  impl->unknown = *std::move(unknown);
  auto pem = CertificatePem(impl->trusted.certificate.get());
  if (!pem) return pem.error();
  auto fingerprint = Fingerprint(impl->trusted.certificate.get());
  if (!fingerprint) return fingerprint.error();
  std::unique_ptr<CertificateAuthority> made(new CertificateAuthority(std::move(impl)));
  made->certificate_pem_ = *std::move(pem);
  made->fingerprint_ = *std::move(fingerprint);
  return made;
}

Result<KeyAndCertificate> CertificateAuthority::Issue(const std::vector<std::string>& names,
                                                      LeafDefect defect) const {
  if (names.empty()) return Error{"tls.certificate", "a leaf certificate needs a name"};
  const Authority& issuer =
      defect == LeafDefect::kUnknownAuthority ? impl_->unknown : impl_->trusted;
  const Validity validity = defect == LeafDefect::kExpired ? Validity{-30, -1} : Validity{-1, 90};
  const KeyPtr key = NewKey();
  if (!key) return Failed("make a key");
  const X509Ptr leaf = NewCertificate(key.get(), names.front(), validity);
  X509* ca = issuer.certificate.get();
  const bool done = leaf && X509_set_issuer_name(leaf.get(), X509_get_subject_name(ca)) == 1 &&
                    AddExtension(leaf.get(), ca, NID_basic_constraints, "critical,CA:FALSE") &&
                    AddExtension(leaf.get(), ca, NID_key_usage, "critical,digitalSignature") &&
                    AddExtension(leaf.get(), ca, NID_ext_key_usage, "serverAuth") &&
                    AddExtension(leaf.get(), ca, NID_subject_key_identifier, "hash") &&
                    AddExtension(leaf.get(), ca, NID_authority_key_identifier, "keyid") &&
                    AddSubjectAltNames(leaf.get(), names) &&
                    X509_sign(leaf.get(), issuer.key.get(), EVP_sha256()) != 0;
  if (!done) return Failed("issue a certificate for " + names.front());
  auto certificate_pem = CertificatePem(leaf.get());
  if (!certificate_pem) return certificate_pem.error();
  auto key_pem = KeyPem(key.get());
  if (!key_pem) return key_pem.error();
  return KeyAndCertificate{*std::move(certificate_pem), *std::move(key_pem)};
}

}  // namespace aweber
