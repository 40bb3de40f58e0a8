#include "mockserver/model/webhook_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/base64.h"
#include "base/text/nearest_word.h"
#include "base/text/uri.h"

namespace aweber::mock {
namespace {

std::string UnknownClient(const std::string& id, const std::vector<RegisteredClient>& clients) {
  if (clients.empty()) return "must be left out: no application is registered";
  std::vector<std::string> ids;
  ids.reserve(clients.size());
  for (const RegisteredClient& one : clients) ids.push_back(one.id);
  const std::string near = NearestWord(id, ids);
  return fmt::format("must be the id of a registered application; {} \"{}\"",
                     near.empty() ? "one of them is" : "did you mean",
                     near.empty() ? ids.front() : near);
}

}  // namespace

std::vector<WebhookProblem> CompleteWebhook(WebhookSubscription& wanted, bool anywhere,
                                            const std::vector<RegisteredClient>& clients) {
  std::vector<WebhookProblem> problems;
  const auto url = ParseUri(wanted.url);
  if (!url.ok() || (url->scheme != "http" && url->scheme != "https") || url->host.empty()) {
    problems.push_back({"url", "must be an absolute http or https URL"});
  } else if (!anywhere && !IsLoopbackHost(url->host)) {
    problems.push_back({"url", "must be on loopback, unless anywhere is true"});
  }
  if (wanted.client_id.empty() && !clients.empty()) wanted.client_id = clients.front().id;
  const bool known = std::any_of(clients.begin(), clients.end(), [&](const RegisteredClient& one) {
    return one.id == wanted.client_id;
  });
  if (!known && !wanted.client_id.empty()) {
    problems.push_back({"client_id", UnknownClient(wanted.client_id, clients)});
  }
  if (!wanted.key.empty() && !Base64Decode(wanted.key)) {
    problems.push_back({"key", "must be base64"});
  }
  const auto& events = WebhookEvents();
  if (std::any_of(wanted.events.begin(), wanted.events.end(), [&](const std::string& event) {
        return std::find(events.begin(), events.end(), event) == events.end();
      })) {
    problems.push_back(
        {"events", "must be subscriber.added, subscriber.subscribed or subscriber.unsubscribed"});
  }
  return problems;
}

}  // namespace aweber::mock
