#include "mockserver/journal/related.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"

namespace aweber::mock {
namespace {

constexpr std::size_t kShortestWord = 12;
constexpr std::size_t kLongestText = 64u << 10;  // of a body, in which identifiers are looked for
constexpr std::size_t kPlaces = 4;               // of one key
constexpr std::size_t kRecentAuthorizations = 8;
constexpr int kSteps = 4;  // refresh, exchange, redirect, authorization request

bool IsAuthorization(const JournalEntry& entry) {
  return entry.endpoint == Endpoint::kAuthorize || entry.endpoint == Endpoint::kDecision;
}

bool IsExchange(const JournalEntry& entry) {
  return entry.endpoint == Endpoint::kToken && entry.facts.grant_type != "refresh_token";
}

// The identifiers that an entry carries, as hashes. Two that are equal by accident make an entry
// too many be looked at, which is no harm.
class Keys {
 public:
  explicit Keys(const JournalEntry& entry) : client_id_(entry.facts.client_id) {
    Text(entry.request.target);
    Text(std::string_view(entry.request.body).substr(0, kLongestText));
    for (const auto& [name, value] : entry.request.headers.fields()) {
      if (!IsPlain(name)) Words(value);
    }
    Authorization(entry.request.headers.View("Authorization"));
    Text(entry.response_headers.GetOr("Location"));
    if (entry.endpoint == Endpoint::kToken) Reply(entry.response_body);
    Named("grant", entry.facts.grant_label);
    Named("code", entry.facts.code_label);
  }

  std::vector<std::uint64_t> Take() {
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    return std::move(keys_);
  }

 private:
  // Headers that are the same in each request of a client.
  static bool IsPlain(std::string_view name) {
    return name == "Host" || name == "User-Agent" || name == "Accept" || name == "Content-Type";
  }

  void Add(std::string_view value) {
    if (keys_.size() < RelatedEntries::kMostKeys) {
      keys_.push_back(std::hash<std::string_view>()(value));
    }
  }

  void Named(std::string_view name, std::string_view value) {
    if (!value.empty()) Add(std::string(name).append(1, '=').append(value));
  }

  // Long runs of the characters that identifiers are made of, with a digit or a capital.
  void Words(std::string_view text) {
    const auto in_word = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '-' || c == '.' || c == '_' || c == '~';
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::size_t begin = at;
      bool telling = false;
      for (; at < text.size() && in_word(text[at]); ++at) {
        telling =
            telling || (text[at] >= 'A' && text[at] <= 'Z') || (text[at] >= '0' && text[at] <= '9');
      }
      const std::string_view word = text.substr(begin, at - begin);
      if (telling && word.size() >= kShortestWord && word != client_id_) Add(word);
    }
  }

  // A target, a form or a URL: as sent, decoded, and the parameters that are identifiers however
  // short they are.
  void Text(std::string_view text) {
    Words(text);
    if (text.find('%') != std::string_view::npos) {
      if (const auto decoded = FormDecode(text)) Words(*decoded);
    }
    const Form form = ParseForm(text.substr(text.find('?') + 1), kMaxParameters);
    for (const FormField& field : form.fields()) {
      if (field.name == "state" || field.name == "code" || field.name == "code_challenge" ||
          field.name == "refresh_token" || field.name == "access_token") {
        Named("", field.value);
      } else if (field.name == "code_verifier") {
        Named("", PkceS256Challenge(field.value));
        Named("", field.value);
      }
    }
  }

  void Authorization(std::string_view value) {
    const std::size_t space = value.find(' ');
    if (space == std::string_view::npos) return;
    Named("", value.substr(space + 1));  // a short token
    const auto decoded = Base64Decode(value.substr(space + 1));
    if (decoded) Words(*decoded);
  }

  // Tokens, as the client will send them.
  void Reply(std::string_view body) {
    const auto json = ParseJson(body, {.max_bytes = kLongestText, .max_values = kMaxParameters});
    if (!json) return Words(body.substr(0, kLongestText));
    for (const char* name : {"access_token", "refresh_token"}) {
      if (const auto token = JsonString(*json, name)) Named("", *token), Words(*token);
    }
  }

  const std::string& client_id_;
  std::vector<std::uint64_t> keys_;
};

}  // namespace

void RelatedEntries::Add(JournalEntry added) {
  const std::uint64_t sequence = added.sequence;
  if (kept_.contains(sequence)) return;
  Kept kept{std::move(added), {}};
  kept.keys = Keys(kept.entry).Take();
  const std::size_t weight = WeightOf(kept.entry);
  while (!kept_.empty() && (kept_.size() >= kMostEntries || bytes_ + weight > kMostBytes)) {
    DropOldest();
  }
  for (const Key key : kept.keys) {
    std::vector<std::uint64_t>& places = places_[key];
    places.insert(std::upper_bound(places.begin(), places.end(), sequence), sequence);
    if (places.size() > kPlaces) places.erase(places.begin() + 1);
  }
  if (IsAuthorization(kept.entry)) authorizations_.insert(sequence);
  bytes_ += weight;
  kept_.emplace(sequence, std::move(kept));
}

void RelatedEntries::DropOldest() {
  const auto oldest = kept_.begin();
  for (const Key key : oldest->second.keys) {
    const auto places = places_.find(key);
    if (places == places_.end()) continue;
    std::erase(places->second, oldest->first);
    if (places->second.empty()) places_.erase(places);
  }
  authorizations_.erase(oldest->first);
  bytes_ -= WeightOf(oldest->second.entry);
  kept_.erase(oldest);
}

void RelatedEntries::Clear() {
  kept_.clear();
  places_.clear();
  authorizations_.clear();
  bytes_ = 0;
}

void RelatedEntries::Collect(std::uint64_t sequence, int steps,
                             std::set<std::uint64_t>& found) const {
  const auto kept = kept_.find(sequence);
  if (kept == kept_.end()) return;
  for (const Key key : kept->second.keys) {
    const auto places = places_.find(key);
    if (places == places_.end()) continue;
    for (const std::uint64_t other : places->second) {
      if (found.size() >= kMostRelated || !found.insert(other).second) continue;
      const JournalEntry& entry = kept_.at(other).entry;
      if (steps > 1 && (IsAuthorization(entry) || IsExchange(entry))) {
        Collect(other, steps - 1, found);
      }
    }
  }
}

std::vector<JournalEntry> RelatedEntries::To(std::uint64_t sequence) const {
  std::set<std::uint64_t> found{sequence};
  const auto kept = kept_.find(sequence);
  if (kept == kept_.end()) return {};
  // Whether an exchange is that of a certain authorization request depends on the other ones, too.
  if (IsAuthorization(kept->second.entry) || IsExchange(kept->second.entry)) {
    auto recent = authorizations_.rbegin();
    for (std::size_t i = 0; i < kRecentAuthorizations && recent != authorizations_.rend(); ++i) {
      found.insert(*recent++);
    }
  }
  Collect(sequence, kSteps, found);
  std::vector<JournalEntry> entries;
  entries.reserve(found.size());
  for (const std::uint64_t one : found) entries.push_back(kept_.at(one).entry);
  return entries;
}

}  // namespace aweber::mock
