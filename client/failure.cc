#include "client/failure.h"

#include <fmt/format.h>

#include <utility>

namespace aweber::client {
namespace {

constexpr std::string_view kCancelled = "http.cancelled";

struct TransportRow {
  std::string_view code;
  FailureKind kind;
};

// What each error of the HTTP seam means to a caller.
constexpr TransportRow kTransportKinds[] = {
    {"http.connect", FailureKind::kNetwork},
    {"http.reset", FailureKind::kNetwork},
    {"http.timeout", FailureKind::kTimeout},
    {"http.tls", FailureKind::kTls},
    {"http.invalid", FailureKind::kInvalidResponse},
    {"http.too_large", FailureKind::kInvalidResponse},
    {"http.url", FailureKind::kOther},
    {kCancelled, FailureKind::kOther},
};

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

Failure Cancelled(std::string_view doing) {
  return MakeFailure(FailureKind::kOther, std::string(kCancelled),
                     fmt::format("{}: stopped, as asked", doing));
}

bool IsCancelled(const Failure& failure) { return failure.code == kCancelled; }

std::string Harmless(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text.substr(0, limit)) out += (c >= 0x20 && c < 0x7f) ? c : '?';
  if (text.size() > limit) out += "...";
  return out;
}

}  // namespace aweber::client
