#include "mockserver/journal/har_clients.h"

#include <map>
#include <string>

#include "base/text/base64.h"
#include "base/text/form.h"

namespace aweber::mock {
namespace {

// What all requests of one client show.
struct Shown {
  bool secret = false;        // one that is not empty
  bool empty_secret = false;  // one that is there and empty
  bool pkce = false;
};

bool IsBackChannel(const JournalEntry& entry) {
  return entry.endpoint == Endpoint::kToken || entry.endpoint == Endpoint::kRevoke;
}

void NoteSecret(Shown& shown, bool is_empty) {
  shown.secret = shown.secret || !is_empty;
  shown.empty_secret = shown.empty_secret || is_empty;
}

void Note(const JournalEntry& entry, Shown& shown) {
  const Form query = ParseForm(entry.request.Query(), kMaxParameters);
  shown.pkce = shown.pkce || query.Has("code_challenge");
  if (!IsBackChannel(entry)) return;
  const Form body = ParseForm(entry.request.body, kMaxParameters);
  shown.pkce = shown.pkce || body.Has("code_verifier") || query.Has("code_verifier");
  for (const Form* const form : {&body, &query}) {
    if (form->Has("client_secret")) NoteSecret(shown, form->GetOr("client_secret").empty());
  }
  const std::string header = entry.request.headers.GetOr("Authorization");
  if (!header.starts_with("Basic ")) return;
  const auto decoded = Base64Decode(header.substr(6));
  NoteSecret(shown, decoded && decoded->ends_with(':'));
}

}  // namespace

void NoteClients(std::vector<JournalEntry>& entries) {
  std::map<std::string, Shown> clients;
  for (const JournalEntry& entry : entries) {
    if (!entry.facts.client_id.empty()) Note(entry, clients[entry.facts.client_id]);
  }
  for (JournalEntry& entry : entries) {
    const auto client = clients.find(entry.facts.client_id);
    if (client == clients.end() || !IsBackChannel(entry)) continue;
    const Shown& shown = client->second;
    entry.facts.client_public = shown.pkce && !shown.secret;
    entry.facts.client_known = shown.secret || shown.pkce || !shown.empty_secret;
  }
}

}  // namespace aweber::mock
