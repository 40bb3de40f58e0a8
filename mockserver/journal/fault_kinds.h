// The faults: one row each, read by everyone who names one.
//
// Purpose: the loader of scenario files, the admin API, the JSON Schema, the format page, and the
//   checks that ask "did the client see this reply" all read this table. What a fault does to a
//   reply is one case in faults/effects.cc, or `wire` where the transport alone performs it. The
//   table stands with the journal because entries name the faults that acted on them.
// Ownership, thread safety: the table is constant; FaultSet is a value.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.h"

namespace aweber::mock {

enum class FaultKind {
  kOAuthError,
  kHttpStatus,
  kRetryAfter,
  kRateLimit,
  kGrace,
  kDelay,
  kDribble,
  kHang,
  kReset,
  kCloseEmpty,
  kTruncate,
  kContentLength,
  kMalformedChunk,
  kRawBody,
  kLoseReply,
  kGate,
  kTokenMutation,
  kRedirectTamper,
  kTls,
};

// kBefore: instead of the server's own action. kAfter: the action is committed, then the reply is
// changed or lost.
enum class Phase { kBefore, kAfter };

// A member of a fault in a scenario file.
struct FaultMember {
  enum class Type {
    kText,      // a scalar, as written
    kInteger,   // from `least` to `most`
    kDuration,  // "250ms"
    kWord,      // one of `words`
    kHeaders,   // a map of names to texts: headers of the reply
    kPairs,     // a map of names to texts
    kValues,    // a map of names to any JSON
    kNames,     // a name, or a list of them
  };
  std::string_view name;
  Type type = Type::kText;
  bool required = false;
  std::int64_t least = 0, most = 0;
  std::int64_t absent = 0;  // kInteger: what it is where the file does not say
  std::vector<std::string_view> words = {};
};

struct FaultRow {
  FaultKind kind;
  std::string_view name;      // in files, in the journal
  std::string_view sentence;  // for people: the format page and the schema
  Phase phase;                // the usual one
  bool any_phase = false;     // the file may choose the other one
  // The client gets no reply, or not the whole of it: it cannot have seen what the server did.
  bool loses_reply = false;
  bool scalar = false;      // a scalar instead of the map means the first member
  bool one_member = false;  // at least one of its members must be given
  // What the transport does; kNone: effects.cc has a case for it.
  WireFault::Kind wire = WireFault::Kind::kNone;
  std::vector<FaultMember> members = {};
};

// In the order of the enumeration.
const std::vector<FaultRow>& AllFaults();
const FaultRow& RowOf(FaultKind kind);
const FaultRow* FindFault(std::string_view name);  // null when there is none
std::vector<std::string> FaultNames();
const char* PhaseName(Phase phase);  // "before" "after"

// The faults that acted on one reply, in order.
class FaultSet {
 public:
  FaultSet() = default;
  FaultSet(FaultKind kind) : kinds_{kind} {}
  FaultSet(std::initializer_list<FaultKind> kinds) : kinds_(kinds) {}
  // As Text() says them, "delay+hang"; a name that no fault has is left out.
  FaultSet(std::string_view text);
  FaultSet(const char* text) : FaultSet(std::string_view(text)) {}

  void Add(FaultKind kind) { kinds_.push_back(kind); }
  bool empty() const { return kinds_.empty(); }
  bool Has(FaultKind kind) const;
  bool HasAll(const FaultSet& others) const;
  bool LosesReply() const;
  std::string Text() const;  // "delay+hang"; "" for none

  friend bool operator==(const FaultSet&, const FaultSet&) = default;

 private:
  std::vector<FaultKind> kinds_;
};

}  // namespace aweber::mock
