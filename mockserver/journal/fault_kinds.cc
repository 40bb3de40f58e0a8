#include "mockserver/journal/fault_kinds.h"

#include <algorithm>

namespace aweber::mock {
namespace {

using MemberType = FaultMember::Type;
using WireKind = WireFault::Kind;

const FaultMember kHeadersMember = {.name = "headers", .type = MemberType::kHeaders};
const FaultMember kContentTypeMember = {.name = "content_type"};
const FaultMember kByMember = {.name = "by", .type = MemberType::kDuration, .required = true};
const FaultMember kBytesMember = {
    .name = "bytes", .type = MemberType::kInteger, .required = true, .most = 1 << 30};

FaultMember TextMember(std::string_view name) { return {.name = name}; }
FaultMember RequiredTextMember(std::string_view name) { return {.name = name, .required = true}; }
FaultMember NamesMember(std::string_view name) {
  return {.name = name, .type = MemberType::kNames};
}

// `absent` 0: the status that fits the error.
FaultMember StatusMember(std::int64_t absent, bool required = false) {
  return {.name = "status",
          .type = MemberType::kInteger,
          .required = required,
          .least = 100,
          .most = 599,
          .absent = absent};
}

std::vector<FaultRow> MakeRows() {
  return {
      {.kind = FaultKind::kOAuthError,
       .name = "oauth_error",
       .sentence = "An OAuth error: JSON at the token and revocation endpoints, a redirect at the "
                   "authorization endpoint.",
       .phase = Phase::kBefore,
       .any_phase = true,
       .scalar = true,
       .members = {RequiredTextMember("error"), TextMember("description"), TextMember("uri"),
                   StatusMember(0), kHeadersMember}},
      {.kind = FaultKind::kHttpStatus,
       .name = "http_status",
       .sentence = "A reply with this status; without `body`, one in the API's error format.",
       .phase = Phase::kBefore,
       .any_phase = true,
       .scalar = true,
       .members = {StatusMember(0, true), kHeadersMember, kContentTypeMember, TextMember("body"),
                   TextMember("location")}},
      {.kind = FaultKind::kRetryAfter,
       .name = "retry_after",
       .sentence = "Status 429 (or `status`) with a Retry-After header of so many seconds.",
       .phase = Phase::kBefore,
       .any_phase = true,
       .scalar = true,
       .members = {{.name = "seconds", .type = MemberType::kInteger, .most = 86'400, .absent = -1},
                   StatusMember(429),
                   kHeadersMember}},
      {.kind = FaultKind::kRateLimit,
       .name = "rate_limit",
       .sentence = "AWeber's 403 \"Rate Limit Error\".",
       .phase = Phase::kBefore},
      {.kind = FaultKind::kGrace,
       .name = "grace",
       .sentence = "An expired access token is good for this request.",
       .phase = Phase::kBefore},
      {.kind = FaultKind::kDelay,
       .name = "delay",
       .sentence = "Real time between the action and its reply; one day at most.",
       .phase = Phase::kAfter,
       .scalar = true,
       .members = {kByMember}},
      {.kind = FaultKind::kDribble,
       .name = "dribble",
       .sentence =
           "The reply byte by byte, each in a packet of its own, `by` apart (`0ms`: without "
           "a pause).",
       .phase = Phase::kAfter,
       .scalar = true,
       .wire = WireKind::kDribble,
       .members = {kByMember}},
      {.kind = FaultKind::kHang,
       .name = "hang",
       .sentence = "No reply; the connection stays open.",
       .phase = Phase::kBefore,
       .any_phase = true,
       .loses_reply = true,
       .wire = WireKind::kHang},
      {.kind = FaultKind::kReset,
       .name = "reset",
       .sentence = "No reply; the connection is reset (RST).",
       .phase = Phase::kBefore,
       .any_phase = true,
       .loses_reply = true,
       .wire = WireKind::kReset},
      {.kind = FaultKind::kCloseEmpty,
       .name = "close_empty",
       .sentence = "No reply; the connection is closed without a byte (FIN).",
       .phase = Phase::kBefore,
       .any_phase = true,
       .loses_reply = true,
       .wire = WireKind::kCloseEmpty},
      {.kind = FaultKind::kTruncate,
       .name = "truncate",
       .sentence = "The whole body is announced, `bytes` of it are sent.",
       .phase = Phase::kAfter,
       .loses_reply = true,
       .scalar = true,
       .wire = WireKind::kTruncate,
       .members = {kBytesMember}},
      {.kind = FaultKind::kContentLength,
       .name = "content_length",
       .sentence = "The Content-Length header says `bytes`, whatever the length of the body.",
       .phase = Phase::kAfter,
       .loses_reply = true,
       .scalar = true,
       .wire = WireKind::kContentLength,
       .members = {kBytesMember}},
      {.kind = FaultKind::kMalformedChunk,
       .name = "malformed_chunk",
       .sentence = "A chunked reply whose chunk size cannot be read.",
       .phase = Phase::kAfter,
       .loses_reply = true,
       .wire = WireKind::kMalformedChunk},
      {.kind = FaultKind::kRawBody,
       .name = "raw_body",
       .sentence = "This body with status 200 (or `status`).",
       .phase = Phase::kBefore,
       .any_phase = true,
       .scalar = true,
       .members = {RequiredTextMember("body"), StatusMember(200), kContentTypeMember,
                   kHeadersMember}},
      {.kind = FaultKind::kLoseReply,
       .name = "lose_reply",
       .sentence =
           "The action takes effect, the reply is lost: the connection closes without a byte.",
       .phase = Phase::kAfter,
       .loses_reply = true,
       .wire = WireKind::kCloseEmpty},
      {.kind = FaultKind::kGate,
       .name = "gate",
       .sentence = "The request waits until the step `release` frees it, or until `size` requests "
                   "wait.",
       .phase = Phase::kBefore,
       .scalar = true,
       .members = {RequiredTextMember("name"),
                   {.name = "size", .type = MemberType::kInteger, .most = 1000}}},
      {.kind = FaultKind::kTokenMutation,
       .name = "token_mutation",
       .sentence =
           "Changes members of a token response. A token that is `set` is the token from then "
           "on, so calls with it work.",
       .phase = Phase::kAfter,
       .one_member = true,
       .members = {{.name = "set", .type = MemberType::kValues},
                   NamesMember("remove"),
                   NamesMember("rotate"),
                   NamesMember("keep"),
                   kHeadersMember}},
      {.kind = FaultKind::kRedirectTamper,
       .name = "redirect_tamper",
       .sentence = "Changes the redirect back to the client. A code that is `set` is the code from "
                   "then on.",
       .phase = Phase::kAfter,
       .one_member = true,
       .members = {{.name = "set", .type = MemberType::kPairs},
                   {.name = "add", .type = MemberType::kPairs},
                   NamesMember("remove"),
                   NamesMember("order")}},
      {.kind = FaultKind::kTls,
       .name = "tls",
       .sentence = "The TLS handshake shows a bad certificate.",
       .phase = Phase::kBefore,
       .loses_reply = true,
       .scalar = true,
       .members = {{.name = "certificate",
                    .type = MemberType::kWord,
                    .required = true,
                    .words = {"expired", "wrong_name", "unknown_ca"}}}},
  };
}

}  // namespace

const std::vector<FaultRow>& AllFaults() {
  static const std::vector<FaultRow> kRows = MakeRows();
  return kRows;
}

const FaultRow& RowOf(FaultKind kind) { return AllFaults()[static_cast<std::size_t>(kind)]; }

const FaultRow* FindFault(std::string_view name) {
  for (const FaultRow& row : AllFaults()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::vector<std::string> FaultNames() {
  std::vector<std::string> names;
  for (const FaultRow& row : AllFaults()) names.emplace_back(row.name);
  return names;
}

const char* PhaseName(Phase phase) { return phase == Phase::kAfter ? "after" : "before"; }

FaultSet::FaultSet(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('+'), text.size());
    if (const FaultRow* row = FindFault(text.substr(0, end))) Add(row->kind);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool FaultSet::Has(FaultKind kind) const {
  return std::find(kinds_.begin(), kinds_.end(), kind) != kinds_.end();
}

bool FaultSet::HasAll(const FaultSet& others) const {
  return std::all_of(others.kinds_.begin(), others.kinds_.end(),
                     [this](FaultKind kind) { return Has(kind); });
}

bool FaultSet::LosesReply() const {
  return std::any_of(kinds_.begin(), kinds_.end(),
                     [](FaultKind kind) { return RowOf(kind).loses_reply; });
}

std::string FaultSet::Text() const {
  std::string text;
  for (const FaultKind kind : kinds_) {
    if (!text.empty()) text += '+';
    text += RowOf(kind).name;
  }
  return text;
}

}  // namespace aweber::mock
