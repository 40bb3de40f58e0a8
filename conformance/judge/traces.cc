#include "conformance/judge/traces.h"

#include <algorithm>
#include <cctype>

#include "base/text/json.h"

namespace aweber::conformance {
namespace {

const Json* EntryOf(const CaseResult& result, std::uint64_t sequence) {
  for (const Json& entry : result.journal) {
    const auto number = JsonInt(entry, "sequence");
    if (number && static_cast<std::uint64_t>(*number) == sequence) return &entry;
  }
  return nullptr;
}

int StatusOf(const Json& entry) {
  const Json* response = JsonMember(entry, "response");
  return response == nullptr ? 0 : static_cast<int>(JsonInt(*response, "status").value_or(0));
}

const Json* ErrOf(const Json& step) {
  const Json* reply = JsonMember(step, "reply");
  return reply == nullptr ? nullptr : JsonMember(*reply, "err");
}

bool IsBroken(const Json& step) {
  const Json* reply = JsonMember(step, "reply");
  return reply != nullptr && JsonMember(*reply, "broken") != nullptr;
}

bool Holds(const Json& step, const std::vector<std::uint64_t>& evidence) {
  const Json* requests = JsonMember(step, "requests");
  if (requests == nullptr || !requests->is_array() || requests->size() != 2) return false;
  if (!(*requests)[0].is_number_unsigned() || !(*requests)[1].is_number_unsigned()) return false;
  const auto first = (*requests)[0].get<std::uint64_t>();
  const auto last = (*requests)[1].get<std::uint64_t>();
  return std::any_of(evidence.begin(), evidence.end(),
                     [&](std::uint64_t sequence) { return sequence >= first && sequence <= last; });
}

const Json* StepAtEnd(const CaseResult& result, const std::vector<std::uint64_t>& evidence) {
  const Json* first = nullptr;
  for (const Json& step : result.steps) {
    if (ErrOf(step) == nullptr && !IsBroken(step)) continue;
    if (Holds(step, evidence)) return &step;
    if (first == nullptr) first = &step;
  }
  return first;
}

// What differs from case to case though the cause is one: digits, and what stands in quotes.
std::string WithoutParticulars(std::string_view text) {
  std::string out;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (std::isdigit(static_cast<unsigned char>(c)) == 0) {
      out += c;
    }
  }
  return out;
}

// A token reply of status 200 that no client can take for a success: how it is wrong.
std::string ShapeOfFailure(const Json& entry) {
  if (StatusOf(entry) != 200) return "";
  const Json* response = JsonMember(entry, "response");
  const auto body = ParseJson(JsonString(*response, "body").value_or(""));
  if (!body || !body->is_object()) return "not-json";
  return JsonMember(*body, "error") != nullptr ? "error-in-200" : "no-token";
}

}  // namespace

bool Accuses(const CheckResult& check) {
  return check.outcome == Outcome::kFail || check.outcome == Outcome::kWarn ||
         check.outcome == Outcome::kXFail;
}

std::string FinalReply(const CaseResult& result, const std::vector<std::uint64_t>& evidence) {
  const Json* step = StepAtEnd(result, evidence);
  if (step == nullptr || ErrOf(*step) == nullptr) return "";
  const Json* err = ErrOf(*step);
  return JsonString(*step, "op").value_or("") + " " + JsonString(*err, "kind").value_or("other") +
         " " + WithoutParticulars(JsonString(*err, "message").value_or(""));
}

std::string StepOfFinalReply(const CaseResult& result, const std::vector<std::uint64_t>& evidence) {
  const Json* step = StepAtEnd(result, evidence);
  return step == nullptr ? "" : JsonString(*step, "op").value_or("");
}

bool AnyRefused(const CaseResult& result, const std::vector<std::uint64_t>& evidence) {
  return std::any_of(evidence.begin(), evidence.end(), [&](std::uint64_t sequence) {
    const Json* entry = EntryOf(result, sequence);
    return entry != nullptr && StatusOf(*entry) >= 400;
  });
}

std::string HowItBroke(const CaseResult& result, const CheckResult& check) {
  for (const Json& step : result.steps) {
    const Json* reply = JsonMember(step, "reply");
    const auto broken = reply == nullptr ? std::nullopt : JsonString(*reply, "broken");
    if (!broken || check.message.find(*broken) == std::string::npos) continue;
    return JsonString(*reply, "code").value_or("") == "driver.timeout" ? "hangs" : "ends";
  }
  return "";
}

std::string KindOfEvidence(const CaseResult& result, const CheckResult& check) {
  if (std::string how = HowItBroke(result, check); !how.empty()) return how;
  if (check.id != "tr-error-class" || check.evidence.empty()) return "";
  const Json* entry = EntryOf(result, check.evidence.front());
  return entry == nullptr ? "" : ShapeOfFailure(*entry);
}

std::string Slug(std::string_view text, std::size_t max_words) {
  constexpr std::size_t kMaxSlug = 100;
  std::string out;
  std::size_t words = 0;
  for (const char c : WithoutParticulars(text)) {
    if (out.size() == kMaxSlug) break;
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!out.empty() && out.back() != '-') {
      if (++words == max_words) break;
      out += '-';
    }
  }
  while (out.ends_with('-')) out.pop_back();
  return out;
}

}  // namespace aweber::conformance
