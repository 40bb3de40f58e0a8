#include "mockserver/admin/state.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "mockserver/admin/body_reader.h"
#include "mockserver/admin/show.h"
#include "mockserver/data/api_data.h"
#include "mockserver/data/document.h"
#include "mockserver/journal/json.h"
#include "mockserver/model/redirect_uri.h"
#include "mockserver/model/virtual_clock.h"
#include "mockserver/scenario/loader.h"

namespace aweber::mock {
namespace {

constexpr int kVersion = 1;

FieldError Bad(const std::string& member, std::string_view message) {
  return {"state.invalid", fmt::format("\"{}\": {}", member, message), member};
}

// Unix seconds.
Result<UnixTime, FieldError> ReadInstant(const Json& object, const char* member,
                                         const std::string& place) {
  const auto seconds = JsonInt(object, member);
  if (!seconds || *seconds < 0 || *seconds > ToUnixSeconds(kLastInstant)) {
    return Bad(place, "must be Unix seconds");
  }
  return FromUnixSeconds(*seconds);
}

// The member as an array; an empty one when it is absent.
Result<Json, FieldError> ReadArray(const Json& state, const std::string& member) {
  const Json* list = JsonMember(state, member);
  if (list == nullptr) return Json::array();
  if (!list->is_array()) return Bad(member, "must be an array");
  return *list;
}

Result<void, FieldError> ReadSettings(const Json& state, Settings& settings) {
  const Json* members = JsonMember(state, "settings");
  if (members == nullptr || !members->is_object()) return Bad("settings", "must be an object");
  settings = SettingsFor(Profile::kAWeber);
  std::string name;
  const Status applied = ApplySettings(settings, *members, &name);
  if (applied.ok()) return {};
  return Bad("settings." + name, applied.error().message);
}

// What a reader of the item at `place` ("clients[2]") found wrong.
std::optional<FieldError> ProblemAt(const std::string& place, BodyReader& reader) {
  const auto problem = reader.Problem();
  if (!problem) return std::nullopt;
  const std::string& field = problem->field;
  return Bad(field.empty() ? place : place + "." + field, problem->message);
}

Result<std::vector<RegisteredClient>, FieldError> ReadClients(const Json& state) {
  std::vector<RegisteredClient> clients;
  const auto list = ReadArray(state, "clients");
  if (!list.ok()) return list.error();
  for (const Json& item : *list) {
    BodyReader reader(item);
    for (const char* member : {"id", "type", "redirect_uris", "scopes"}) reader.Require(member);
    RegisteredClient client;
    client.id = reader.String("id").value_or("");
    const std::string type = reader.String("type").value_or("");
    if (type != "confidential" && type != "public") {
      reader.Fail("type", "must be \"confidential\" or \"public\"");
    }
    client.is_public = type == "public";
    client.name = reader.String("name").value_or(client.name);
    client.redirect_uris = reader.Strings("redirect_uris").value_or(std::vector<std::string>{});
    if (const auto problem = RedirectUriProblem(client.redirect_uris)) {
      reader.Fail("redirect_uris", *problem);
    }
    client.scopes = reader.Strings("scopes").value_or(std::vector<std::string>{});
    const std::string place = fmt::format("clients[{}]", clients.size());
    if (const auto problem = ProblemAt(place, reader)) return *problem;
    clients.push_back(std::move(client));
  }
  return clients;
}

Result<std::vector<TokenInfo>, FieldError> ReadTokens(const Json& state) {
  std::vector<TokenInfo> tokens;
  const auto list = ReadArray(state, "tokens");
  if (!list.ok()) return list.error();
  for (const Json& item : *list) {
    BodyReader reader(item);
    TokenInfo token;
    for (const auto& [name, member] :
         {std::pair("label", &TokenInfo::label), std::pair("kind", &TokenInfo::kind),
          std::pair("client_id", &TokenInfo::client_id),
          std::pair("username", &TokenInfo::username), std::pair("grant", &TokenInfo::grant_label),
          std::pair("state", &TokenInfo::state)}) {
      reader.Require(name);
      token.*member = reader.String(name).value_or("");
    }
    if (const Json* parent = reader.Any("parent"); parent != nullptr && !parent->is_null()) {
      token.parent = reader.String("parent").value_or("");
    }
    token.generation = static_cast<int>(reader.Int("generation").value_or(0));
    reader.Require("scopes");
    token.scopes = reader.Strings("scopes").value_or(std::vector<std::string>{});
    reader.Require("issued_at");
    token.issued_at = reader.Instant("issued_at").value_or(UnixTime());
    if (const Json* expires = reader.Any("expires_at"); expires && !expires->is_null()) {
      token.expires_at = reader.Instant("expires_at");
    }
    const std::string place = fmt::format("tokens[{}]", tokens.size());
    if (const auto problem = ProblemAt(place, reader)) return *problem;
    tokens.push_back(std::move(token));
  }
  return tokens;
}

Result<std::vector<JournalEntry>, FieldError> ReadJournal(const Json& state) {
  std::vector<JournalEntry> entries;
  const auto list = ReadArray(state, "journal");
  if (!list.ok()) return list.error();
  for (const Json& item : *list) {
    Result<JournalEntry> entry = EntryFromJson(item);
    if (!entry.ok()) {
      return Bad(fmt::format("journal[{}]", entries.size()), entry.error().message);
    }
    entries.push_back(std::move(*entry));
  }
  return entries;
}

// Who is told of what, without the keys.
Json ShowWebhooks(const Space& space) {
  Json list = Json::array();
  for (const WebhookSubscription& one : space.WebhookSubscriptions()) {
    list.push_back({{"id", one.id},
                    {"client_id", one.client_id},
                    {"callback", one.callback},
                    {"url", one.url},
                    {"events", one.events},
                    {"fault", one.fault}});
  }
  return list;
}

Result<std::vector<WebhookSubscription>, FieldError> ReadWebhooks(const Json& state) {
  std::vector<WebhookSubscription> webhooks;
  const auto list = ReadArray(state, "webhooks");
  if (!list.ok()) return list.error();
  for (const Json& item : *list) {
    BodyReader reader(item);
    for (const char* member : {"id", "client_id", "callback", "url", "events"}) {
      reader.Require(member);
    }
    WebhookSubscription one;
    one.id = reader.String("id").value_or("");
    one.client_id = reader.String("client_id").value_or("");
    one.callback = reader.String("callback").value_or("");
    one.url = reader.String("url").value_or("");
    one.events = reader.Strings("events").value_or(std::vector<std::string>{});
    one.fault = reader.String("fault").value_or("");
    const std::string place = fmt::format("webhooks[{}]", webhooks.size());
    if (const auto problem = ProblemAt(place, reader)) return *problem;
    webhooks.push_back(std::move(one));
  }
  return webhooks;
}

// What the customers have, as far as it was ever asked for.
Json ShowData(Space& space) {
  Json data;
  space.PeekData([&](const ApiData& api) {
    Json accounts = Json::array();
    for (const auto& [id, account] : api.accounts) {
      if (id != 0) accounts.push_back(WriteAccount(account, api.origin));
    }
    data = {{"began_at_us", api.origin.time_since_epoch().count()},
            {"seed", api.seed},
            {"accounts", accounts}};
  });
  return data;
}

Result<std::shared_ptr<const ApiData>, FieldError> ReadData(const Json& data) {
  BodyReader reader(data);
  for (const char* member : {"began_at_us", "seed", "accounts"}) reader.Require(member);
  auto api = std::make_shared<ApiData>();
  const std::int64_t began = reader.Int("began_at_us").value_or(0);
  if (began < 0 || UnixTime(Micros(began)) > kLastInstant) {
    reader.Fail("began_at_us", "must be Unix microseconds");
  }
  api->origin = UnixTime(Micros(began));
  api->seed = reader.Unsigned("seed").value_or(0);
  const Json* accounts = reader.Any("accounts");
  if (accounts != nullptr && !accounts->is_array()) reader.Fail("accounts", "must be an array");
  if (const auto problem = ProblemAt("data", reader)) return *problem;
  for (const Json& document : *accounts) {
    auto account = ReadAccount(document, {api->origin, api->origin});
    const std::string place = fmt::format("data.accounts[{}]", api->accounts.size());
    if (!account.ok()) {
      const std::string inner = account.error().Place();
      return Bad(inner.empty() ? place : fmt::format("{}.{}", place, inner),
                 account.error().message);
    }
    const std::int64_t id = account->id;
    if (!api->accounts.emplace(id, *std::move(account)).second) {
      return Bad(place + ".id", "another account has this id");
    }
  }
  return std::shared_ptr<const ApiData>(std::move(api));
}

}  // namespace

Json ExportState(Space& space) {
  Json rules = Json::array();
  for (const RuleState& state : space.Rules()) rules.push_back(ShowRule(state.rule));
  Json clients = Json::array();
  for (const RegisteredClient& client : space.clients()) clients.push_back(ShowClient(client));
  Json tokens = Json::array();
  for (const TokenInfo& token : space.Tokens()) tokens.push_back(ShowToken(token, false));
  Json journal = Json::array();
  for (const JournalEntry& entry : space.journal().Entries()) {
    journal.push_back(ShowEntry(space, entry));
  }
  return {{"version", kVersion},
          {"space", space.name()},
          {"scenario", space.scenario_id()},
          {"now", ToUnixSeconds(space.Now())},
          {"settings", SettingsToJson(space.settings())},
          {"rules", rules},
          {"clients", clients},
          {"tokens", tokens},
          {"webhooks", ShowWebhooks(space)},
          {"data", ShowData(space)},
          {"journal", journal}};
}

Result<void, FieldError> ImportState(Space& space, const Json& state) {
  if (JsonInt(state, "version") != kVersion) {
    return Bad("version", fmt::format("must be {}, what this program exports", kVersion));
  }
  BodyReader reader(state);
  for (const char* member : {"version", "settings", "clients", "tokens", "now", "journal", "rules",
                             "webhooks", "data", "scenario", "space", "exported_by"}) {
    reader.Any(member);
  }
  if (const auto problem = reader.Problem()) return Bad(problem->field, problem->message);
  // Everything is read before anything is changed.
  Space::Snapshot snapshot;
  snapshot.now = space.Now();
  if (auto read = ReadSettings(state, snapshot.settings); !read.ok()) return read;
  auto clients = ReadClients(state);
  if (!clients.ok()) return clients.error();
  snapshot.clients = *std::move(clients);
  auto tokens = ReadTokens(state);
  if (!tokens.ok()) return tokens.error();
  snapshot.tokens = *std::move(tokens);
  if (state.contains("now")) {
    const auto now = ReadInstant(state, "now", "now");
    if (!now.ok()) return now.error();
    snapshot.now = *now;
  }
  if (const Json* data = JsonMember(state, "data"); data != nullptr) {
    auto read = ReadData(*data);
    if (!read.ok()) return read.error();
    snapshot.data = *std::move(read);
  }
  if (state.contains("webhooks")) {
    auto webhooks = ReadWebhooks(state);
    if (!webhooks.ok()) return webhooks.error();
    snapshot.webhooks = *std::move(webhooks);
  }
  auto journal = ReadJournal(state);
  if (!journal.ok()) return journal.error();
  const auto rules_json = ReadArray(state, "rules");
  if (!rules_json.ok()) return rules_json.error();
  auto rules = ParseRules(DumpJson(*rules_json), "rules");
  if (!rules.ok()) return Bad("rules", rules.error().message);

  if (Status restored = space.Restore(snapshot); !restored.ok()) {
    return Bad("tokens", restored.error().message);
  }
  space.SetRules(std::move(*rules), JsonString(state, "scenario").value_or(""));
  for (JournalEntry& entry : *journal) space.journal().Append(std::move(entry));
  return {};
}

}  // namespace aweber::mock
