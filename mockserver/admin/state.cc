#include "mockserver/admin/state.h"

#include <fmt/format.h>

#include "mockserver/admin/show.h"
#include "mockserver/journal/json.h"
#include "mockserver/scenario/loader.h"

namespace aweber::mock {
namespace {

constexpr int kVersion = 1;

Error Bad(std::string_view member, std::string_view message) {
  return {"state.invalid", fmt::format("\"{}\": {}", member, message)};
}

Status ReadSettings(const Json& state, Settings& settings) {
  const Json* members = JsonMember(state, "settings");
  if (members == nullptr || !members->is_object()) return Bad("settings", "must be an object");
  const auto name = JsonString(*members, "profile").value_or("aweber");
  const auto profile = ProfileFromName(name);
  if (!profile) return Bad("settings.profile", "must be aweber, rfc6749 or rfc9700");
  settings = SettingsFor(*profile);
  for (const auto& [key, value] : members->items()) {
    if (key == "profile") continue;
    if (Status applied = ApplySetting(settings, key, value); !applied.ok()) {
      return Bad("settings." + key, applied.error().message);
    }
  }
  return {};
}

Result<std::vector<RegisteredClient>> ReadClients(const Json& state) {
  std::vector<RegisteredClient> clients;
  const Json* list = JsonMember(state, "clients");
  if (list == nullptr) return clients;
  if (!list->is_array()) return Bad("clients", "must be an array");
  for (const Json& item : *list) {
    RegisteredClient client;
    const auto id = JsonString(item, "id");
    if (!id) return Bad("clients", "each needs an \"id\"");
    client.id = *id;
    client.is_public = JsonString(item, "type") == "public";
    client.name = JsonString(item, "name").value_or(client.name);
    for (const char* member : {"redirect_uris", "scopes"}) {
      auto& target = member[0] == 'r' ? client.redirect_uris : client.scopes;
      const Json* values = JsonMember(item, member);
      if (values == nullptr || !values->is_array()) continue;
      for (const Json& value : *values) {
        if (value.is_string()) target.push_back(value.get<std::string>());
      }
    }
    clients.push_back(std::move(client));
  }
  return clients;
}

Result<std::vector<JournalEntry>> ReadJournal(const Json& state) {
  std::vector<JournalEntry> entries;
  const Json* list = JsonMember(state, "journal");
  if (list == nullptr) return entries;
  if (!list->is_array()) return Bad("journal", "must be an array");
  for (const Json& item : *list) {
    Result<JournalEntry> entry = EntryFromJson(item);
    if (!entry.ok()) {
      return Bad(fmt::format("journal[{}]", entries.size()), entry.error().message);
    }
    entries.push_back(std::move(*entry));
  }
  return entries;
}

// A registered secret is never exported, so the importing side keeps its own where it has one.
void KeepSecret(const std::vector<RegisteredClient>& known, RegisteredClient& client) {
  for (const RegisteredClient& one : known) {
    if (one.id == client.id) client.secret = one.secret;
  }
}

}  // namespace

Json ExportState(Space& space) {
  Json rules = Json::array();
  for (const Space::RuleState& state : space.Rules()) rules.push_back(ShowRule(state.rule));
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
          {"journal", journal}};
}

Status ImportState(Space& space, const Json& state) {
  if (JsonInt(state, "version") != kVersion) {
    return Bad("version", fmt::format("must be {}, what this program exports", kVersion));
  }
  // Everything is read before anything is changed.
  Settings settings;
  if (Status read = ReadSettings(state, settings); !read.ok()) return read;
  auto clients = ReadClients(state);
  if (!clients.ok()) return clients.error();
  auto journal = ReadJournal(state);
  if (!journal.ok()) return journal.error();
  const Json* rules_json = JsonMember(state, "rules");
  auto rules = ParseRules(rules_json == nullptr ? "[]" : DumpJson(*rules_json), "rules");
  if (!rules.ok()) return Bad("rules", rules.error().message);

  space.Reset();
  space.SetSettings(settings);
  for (RegisteredClient& client : *clients) {
    KeepSecret(space.clients(), client);
    space.AddClient(std::move(client));
  }
  space.SetRules(std::move(*rules), JsonString(state, "scenario").value_or(""));
  // The clock only goes forward; a state from the past keeps the present.
  if (const auto now = JsonInt(state, "now"); now && FromUnixSeconds(*now) > space.Now()) {
    if (auto moved = space.AdvanceTo(FromUnixSeconds(*now)); !moved.ok()) return moved.error();
  }
  for (JournalEntry& entry : *journal) space.journal().Append(std::move(entry));
  return {};
}

}  // namespace aweber::mock
