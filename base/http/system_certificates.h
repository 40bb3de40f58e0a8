// Where this system keeps the certificate authorities that it trusts.
//
// Thread safety: free of shared state. Errors: none, "" is an answer.
#pragma once

#include <functional>
#include <string>

namespace aweber {

// A PEM bundle that OpenSSL would not find by itself: "" when SSL_CERT_FILE or SSL_CERT_DIR says
// where to look, or when the file that OpenSSL was built to read is there, or when none is known.
std::string SystemCertificates();

// The same over any file system and environment (`variable` answers "" for one that is not set).
std::string SystemCertificates(const std::function<bool(const std::string&)>& exists,
                               const std::function<std::string(const char*)>& variable);

}  // namespace aweber
