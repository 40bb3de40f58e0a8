#include "mockserver/journal/entry.h"

#include <array>
#include <utility>

namespace aweber::mock {
namespace {

constexpr std::array<std::pair<Endpoint, const char*>, 7> kEndpoints{{
    {Endpoint::kAuthorize, "authorize"},
    {Endpoint::kDecision, "decision"},
    {Endpoint::kToken, "token"},
    {Endpoint::kRevoke, "revoke"},
    {Endpoint::kApi, "api"},
    {Endpoint::kOther, "other"},
    {Endpoint::kMalformed, "malformed"},
}};

constexpr std::array<std::pair<ClientAuth, const char*>, 6> kClientAuths{{
    {ClientAuth::kNone, "none"},
    {ClientAuth::kBasic, "basic"},
    {ClientAuth::kBody, "body"},
    {ClientAuth::kQuery, "query"},
    {ClientAuth::kJson, "json"},
    {ClientAuth::kSeveral, "several"},
}};

constexpr std::array<std::pair<EntryState, const char*>, 3> kStates{{
    {EntryState::kUnderWay, "open"},
    {EntryState::kAnswered, "answered"},
    {EntryState::kAborted, "aborted"},
}};

template <typename Table, typename Value>
const char* NameOf(const Table& table, Value value) {
  for (const auto& [known, name] : table) {
    if (known == value) return name;
  }
  return "";
}

template <typename Value, typename Table>
std::optional<Value> ValueOf(const Table& table, std::string_view name) {
  for (const auto& [value, known] : table) {
    if (name == known) return value;
  }
  return std::nullopt;
}

std::size_t WeightOf(const HttpHeaders& headers) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : headers.fields()) bytes += name.size() + value.size();
  return bytes;
}

}  // namespace

const char* EndpointName(Endpoint endpoint) { return NameOf(kEndpoints, endpoint); }
std::optional<Endpoint> EndpointFromName(std::string_view name) {
  return ValueOf<Endpoint>(kEndpoints, name);
}

const char* ClientAuthName(ClientAuth auth) { return NameOf(kClientAuths, auth); }
std::optional<ClientAuth> ClientAuthFromName(std::string_view name) {
  return ValueOf<ClientAuth>(kClientAuths, name);
}

const char* EntryStateName(EntryState state) { return NameOf(kStates, state); }
std::optional<EntryState> EntryStateFromName(std::string_view name) {
  return ValueOf<EntryState>(kStates, name);
}

std::size_t WeightOf(const JournalEntry& entry) {
  return entry.request.target.size() + entry.request.body.size() + WeightOf(entry.request.headers) +
         entry.response_body.size() + WeightOf(entry.response_headers);
}

JournalEntry WithoutMessages(const JournalEntry& entry) {
  JournalEntry line;
  line.epoch = entry.epoch;
  line.sequence = entry.sequence;
  line.space = entry.space;
  line.real_time = entry.real_time;
  line.virtual_time = entry.virtual_time;
  line.endpoint = entry.endpoint;
  line.local_path = entry.local_path;
  line.request.method = entry.request.method;
  line.request.tls = entry.request.tls;
  line.request.server_name = entry.request.server_name;
  line.request.peer = entry.request.peer;
  line.facts = entry.facts;
  line.state = entry.state;
  line.status = entry.status;
  line.bytes_sent = entry.bytes_sent;
  line.finished_real_time = entry.finished_real_time;
  line.error = entry.error;
  line.why_rejected = entry.why_rejected;
  line.rule = entry.rule;
  line.fault = entry.fault;
  return line;
}

JournalEntry WithBodiesUpTo(const JournalEntry& entry, std::size_t most) {
  JournalEntry cut = WithoutMessages(entry);
  cut.request.target = entry.request.target;
  cut.request.headers = entry.request.headers;
  cut.request.body = entry.request.body.substr(0, most);
  cut.response_headers = entry.response_headers;
  cut.response_body = entry.response_body.substr(0, most);
  return cut;
}

}  // namespace aweber::mock
