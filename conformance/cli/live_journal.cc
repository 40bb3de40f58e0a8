#include "conformance/cli/live_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text/form.h"
#include "base/text/json.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kPage = 1000;

Result<std::string> FetchBody(HttpClient& http, const std::string& url,
                              const HttpHeaders& headers) {
  auto response = http.Send("GET", url, headers, "");
  if (!response) return response.error();
  if (response->status != 200) {
    return Error{"lint.http", fmt::format("{} answered {}; give the URL of a mock's admin API, and "
                                          "its token with --token",
                                          url, response->status)};
  }
  return std::move(response->body);
}

Result<Json> FetchPage(HttpClient& http, const std::string& url, const HttpHeaders& headers) {
  const auto body = FetchBody(http, url, headers);
  if (!body) return body.error();
  auto page = ParseJson(*body, {.max_bytes = 256u << 20});
  if (page && page->is_object() && page->contains("requests") && page->at("requests").is_array()) {
    return page;
  }
  return Error{"lint.http", fmt::format("{} is no list of a mock's requests", url)};
}

std::uint64_t Number(const Json& object, const char* name) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(JsonInt(object, name).value_or(0), 0));
}

}  // namespace

Result<LiveJournal> FetchJournal(HttpClient& http, const std::string& url,
                                 const std::string& token) {
  std::string list = url;
  while (list.ends_with('/')) list.pop_back();
  if (list.find("/requests") == std::string::npos) list += "/api/v1/requests";
  HttpHeaders headers;
  if (!token.empty()) headers.Add("Authorization", "Bearer " + token);
  const std::size_t mark = std::min(list.find('?'), list.size());
  LiveJournal journal;
  if (!std::string_view(list).substr(0, mark).ends_with("/requests")) {  // requests.har
    auto body = FetchBody(http, list, headers);
    if (!body) return body.error();
    journal.text = std::move(body).value();
    return journal;
  }
  const Form query = ParseForm(list.substr(std::min(mark + 1, list.size())));
  const bool one_page = query.Get("limit") || query.Get("after");
  Json all = Json::array();
  std::uint64_t last = 0, after = 0;
  do {
    std::string next = list;
    if (!one_page) {
      next += fmt::format("{}limit={}&after={}", mark == list.size() ? "?" : "&", kPage, after);
    }
    auto page = FetchPage(http, next, headers);
    if (!page) return page.error();
    if (after == 0) {
      last = Number(*page, "last_sequence");
      journal.evicted = Number(*page, "evicted");
    }
    const Json& requests = page->at("requests");
    for (const Json& request : requests) all.push_back(request);
    const std::uint64_t reached = requests.empty() ? 0 : Number(requests.back(), "sequence");
    // A mock that is in use never ends: later requests are of no interest.
    if (one_page || requests.size() < kPage || reached <= after || reached >= last) break;
    after = reached;
  } while (true);
  journal.text = DumpJson({{"requests", std::move(all)}});
  return journal;
}

}  // namespace aweber::conformance
