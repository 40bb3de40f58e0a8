// Failure: why the client could not do what it was asked, as a value.
//
// Purpose: one error type for the whole library. `kind` says what sort of thing went wrong (the
//   words of the driver protocol), `code` names the exact case and is stable ("callback.state"),
//   `message` is for people and names the cure, and the provider's own words are kept apart.
//   docs/client-errors.md lists every code.
// Ownership, thread safety: plain values. Nothing here ever contains a secret, a code or a token: a
//   Session hides what it sent where the provider repeats it, whoever uses the judges without one
//   calls WithoutSecrets.
// Units: retry_after in whole seconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace aweber::client {

enum class FailureKind {
  kStateMismatch,         // the callback does not belong to this user's login
  kIssuerMismatch,        // another authorization server answered (RFC 9207)
  kProviderError,         // the provider refused, in its own words
  kInvalidResponse,       // an answer that is not what OAuth promises
  kUnsupportedTokenType,  // RFC 6749 §7.1
  kReauthorize,           // only a new login helps
  kHttp,                  // an HTTP status that says no more than itself
  kNetwork,
  kTls,
  kTimeout,
  kInternal,  // this side failed: the store, for example
  kOther,     // refused before anything was sent
};

// "state_mismatch", "provider_error", ...
std::string_view FailureKindName(FailureKind kind);

struct Failure : Error {
  FailureKind kind = FailureKind::kOther;
  std::string provider_code;  // "invalid_grant", or the `type` of AWeber's error envelope
  std::string provider_text;  // the provider's description, made harmless
  int http_status = 0;        // 0 when no status decided
  std::optional<std::chrono::seconds> retry_after;  // when the provider said when to come back
  // No answer came (or it could not be kept), but the request may have done its work: the code or
  // refresh token is used up, the token revoked.
  bool maybe_done = false;
};

template <typename T>
using Outcome = Result<T, Failure>;

Failure MakeFailure(FailureKind kind, std::string code, std::string message);
// A failure of the HTTP seam (Error{"http.*"}) or of a file, with `doing` ("asking the token
// endpoint") before its words.
Failure FromError(const Error& error, std::string_view doing);
// Whether a request that ended in this error of the HTTP seam may have arrived all the same. An
// error that is not known might be any.
bool MayHaveArrived(const Error& error);
// Somebody asked us to stop: Failure{"http.cancelled"}, as the HTTP seam says it.
Failure Cancelled(std::string_view doing);
bool IsCancelled(const Failure& failure);

// The provider's words made fit for a terminal: control characters and bytes outside ASCII become
// '?', and `limit` characters are kept (RFC 6749 §10.14: never trust such values).
std::string Harmless(std::string_view text, std::size_t limit = 300);

// `failure` with "***" for each of `secrets`, form-encoded ones included, in its message and in the
// provider's words, also where those were cut within one. Under four characters nothing is secret.
Failure WithoutSecrets(Failure failure, const std::vector<std::string>& secrets);

}  // namespace aweber::client
