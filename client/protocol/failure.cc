#include "client/protocol/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text/form.h"

namespace aweber::client {
namespace {

constexpr std::string_view kCancelled = "http.cancelled";

struct TransportRow {
  std::string_view code;
  FailureKind kind;
  bool may_have_arrived = true;
};

// What each error of the HTTP seam means to a caller.
constexpr TransportRow kTransportKinds[] = {
    {"http.connect", FailureKind::kNetwork, false},
    {"http.reset", FailureKind::kNetwork},
    {"http.timeout", FailureKind::kTimeout},
    {"http.tls", FailureKind::kTls, false},  // while connecting: later it is a reset
    {"http.invalid", FailureKind::kInvalidResponse},
    {"http.too_large", FailureKind::kInvalidResponse},
    {"http.url", FailureKind::kOther, false},
    {kCancelled, FailureKind::kOther},
};

constexpr std::string_view kHidden = "***";
constexpr std::string_view kCut = "...";  // where Harmless left the rest out
constexpr std::size_t kShortestSecret = 4;

void ReplaceAll(std::string& text, std::string_view what, std::string_view by) {
  if (what.empty()) return;
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

// How many characters of a secret stand at the end of `text`, which was cut there.
std::size_t BegunSecret(std::string_view text, const std::vector<std::string>& secrets) {
  std::size_t begun = 0;
  for (const std::string_view secret : secrets) {
    for (std::size_t n = secret.size() - 1; n >= kShortestSecret && n > begun; --n) {
      if (text.ends_with(secret.substr(0, n))) begun = n;
    }
  }
  return begun;
}

// `secrets`: the longest first, so that none hides the rest of another.
std::string Hide(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) ReplaceAll(text, secret, kHidden);
  for (std::size_t cut = 0; (cut = text.find(kCut, cut)) != text.npos; cut += kCut.size()) {
    const std::size_t begun = BegunSecret(std::string_view(text).substr(0, cut), secrets);
    if (begun == 0) continue;
    text.replace(cut - begun, begun, kHidden);
    cut = cut - begun + kHidden.size();
  }
  return text;
}

}  // namespace

std::string_view FailureKindName(FailureKind kind) {
  switch (kind) {
    case FailureKind::kStateMismatch:
      return "state_mismatch";
    case FailureKind::kIssuerMismatch:
      return "issuer_mismatch";
    case FailureKind::kProviderError:
      return "provider_error";
    case FailureKind::kInvalidResponse:
      return "invalid_response";
    case FailureKind::kUnsupportedTokenType:
      return "unsupported_token_type";
    case FailureKind::kReauthorize:
      return "reauthorize";
    case FailureKind::kHttp:
      return "http";
    case FailureKind::kNetwork:
      return "network";
    case FailureKind::kTls:
      return "tls";
    case FailureKind::kTimeout:
      return "timeout";
    case FailureKind::kInternal:
      return "internal";
    case FailureKind::kOther:
      break;
  }
  return "other";
}

Failure MakeFailure(FailureKind kind, std::string code, std::string message) {
  Failure failure;
  failure.kind = kind;
  failure.code = std::move(code);
  failure.message = std::move(message);
  return failure;
}

Failure FromError(const Error& error, std::string_view doing) {
  FailureKind kind = FailureKind::kInternal;
  for (const TransportRow& row : kTransportKinds) {
    if (row.code == error.code) kind = row.kind;
  }
  return MakeFailure(kind, error.code, fmt::format("{}: {}", doing, error.message));
}

bool MayHaveArrived(const Error& error) {
  for (const TransportRow& row : kTransportKinds) {
    if (row.code == error.code) return row.may_have_arrived;
  }
  return true;
}

Failure Cancelled(std::string_view doing) {
  return MakeFailure(FailureKind::kOther, std::string(kCancelled),
                     fmt::format("{}: stopped, as asked", doing));
}

bool IsCancelled(const Failure& failure) { return failure.code == kCancelled; }

std::string Harmless(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text.substr(0, limit)) out += (c >= 0x20 && c < 0x7f) ? c : '?';
  if (text.size() > limit) out += kCut;
  return out;
}

Failure WithoutSecrets(Failure failure, const std::vector<std::string>& secrets) {
  std::vector<std::string> known;
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortestSecret) continue;
    known.push_back(Harmless(secret, secret.size()));
    known.push_back(FormEncode(secret));
  }
  std::stable_sort(known.begin(), known.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (std::string* words : {&failure.provider_text, &failure.provider_code}) {
    std::string hidden = Hide(*words, known);
    // The message holds the same words, perhaps cut at the same place.
    ReplaceAll(failure.message, *words, hidden);
    *words = std::move(hidden);
  }
  failure.message = Hide(std::move(failure.message), known);
  return failure;
}

}  // namespace aweber::client
