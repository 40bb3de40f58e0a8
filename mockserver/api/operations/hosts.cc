// The beta report, and what the authorization host serves beside the authorization page.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/ascii.h"
#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/api/legacy.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

constexpr Parameter kReportParameters[] = {
    {"account_id", ParameterKind::kUuid, 0, 0, "", true},
    {"broadcast_id", ParameterKind::kUuid, 0, 0, "", true},
    {"filter", ParameterKind::kChoice, 0, 0, "clicks|pageviews", true},
    {"min_count", ParameterKind::kWhole, 0, 2147483647},
    {"max_count", ParameterKind::kWhole, 0, 2147483647},
    {"sort_by", ParameterKind::kChoice, 0, 0, "unique|total"},
    {"sort_asc", ParameterKind::kFlag},
    {"before", ParameterKind::kWhole, 0, 2147483647},
    {"after"},
    {"page_size", ParameterKind::kWhole, 1, 100},
};

struct Found {
  const MailingList* list = nullptr;
  const Broadcast* broadcast = nullptr;
};
Found FindByUuid(const Call& call, const std::string& uuid) {
  for (const MailingList& list : call.account.lists) {
    for (const Broadcast& one : list.broadcasts) {
      if (EqualsIgnoreCase(StableUuid("broadcast", one.id), uuid)) return {&list, &one};
    }
  }
  return {};
}

std::int64_t Whole(const Call& call, const char* name, std::int64_t otherwise) {
  const auto text = call.Query(name);
  return text ? std::strtoll(text->c_str(), nullptr, 10) : otherwise;
}

HttpResponse Report(Call& call) {
  if (!EqualsIgnoreCase(call.Query("account_id", ""), call.account.uuid)) {
    return NotFound(call.exchange, "", "account_id is not the token's account");
  }
  const Found found = FindByUuid(call, call.Query("broadcast_id", ""));
  if (found.broadcast == nullptr) {
    return NotFound(call.exchange, "", "broadcast_id is no broadcast of this account");
  }
  std::vector<LinkCount> lines;
  if (found.broadcast->results != nullptr) {
    lines = LinkCounts(call, *found.list, *found.broadcast->results);
  }
  const bool by_total = call.Query("sort_by", "unique") == "total";
  const std::int64_t min = Whole(call, "min_count", 1), max = Whole(call, "max_count", INT32_MAX);
  const auto count = [&](const LinkCount& line) { return by_total ? line.total : line.unique; };
  std::erase_if(lines,
                [&](const LinkCount& line) { return count(line) < min || count(line) > max; });
  const bool up = call.Query("sort_asc", "true") != "false";
  std::stable_sort(lines.begin(), lines.end(), [&](const LinkCount& a, const LinkCount& b) {
    return up ? count(a) < count(b) : count(b) < count(a);
  });
  const std::int64_t size = Whole(call, "page_size", 100);
  const auto total = static_cast<std::int64_t>(lines.size());
  // How many came before (assumed).
  const std::int64_t start = std::clamp<std::int64_t>(Whole(call, "after", 0), 0, total);
  Json page = Json::array();
  for (std::int64_t i = start; i < total && i - start < size; ++i) {
    page.push_back(Show(kReportLine, {call, found.list, &lines[static_cast<std::size_t>(i)]}));
  }
  HttpResponse response = ApiJson(200, page);
  if (start + size < total) {
    Form query = call.read.query;
    query.Remove("access_token");
    query.Set("after", std::to_string(start + size));
    response.headers.Add("Link", fmt::format("<{}{}?{}>; rel=\"next\"", call.links.base,
                                             call.exchange.local_path, query.Encode()));
  }
  return response;
}

// The former way to authorize: it was told apart by HMAC-SHA1 signatures, which nobody needs now.
HttpResponse FormerWay(Call& call) {
  return EnvelopeError(
      call.exchange,
      {400, "BadRequestError",
       "OAuth 1.0a is the former way to authorize and is not supported here. Use OAuth 2.0: "
       "/oauth2/authorize, then /oauth2/token."},
      "an OAuth 1.0a endpoint was asked; the mock speaks OAuth 2.0 alone");
}

const Operation kHostOperations[] = {
    {.id = "getBroadcastLinks",
     .method = "GET",
     .path = "/2.0-beta/analytics/reports/broadcasts-links",
     .scopes = "email.read",
     .summary = "Clicks or page views of a broadcast's links",
     .parameters = kReportParameters,
     .answers = Answers::kArray,
     .resource = &kReportLine,
     .errors = "400 Request Error, 404 Not Found",
     .handle = Report},
    {.id = "requestToken",
     .method = "POST",
     .path = "/1.0/oauth/request_token",
     .summary = "OAuth 1.0a, the former way: refused with the name of the present one",
     .status = 400,
     .answers = Answers::kNothing,
     .errors = "400 BadRequestError",
     .open = true,
     .handle = FormerWay},
    {.id = "accessToken",
     .method = "POST",
     .path = "/1.0/oauth/access_token",
     .summary = "OAuth 1.0a, the former way: refused with the name of the present one",
     .status = 400,
     .answers = Answers::kNothing,
     .errors = "400 BadRequestError",
     .open = true,
     .handle = FormerWay},
    {.id = "token",
     .method = "POST",
     .path = "/oauth2/token",
     .summary = "Tokens for a code or a refresh token",
     .errors = "400, 401",
     .open = true},
    {.id = "revoke",
     .method = "POST",
     .path = "/oauth2/revoke",
     .summary = "End a token",
     .answers = Answers::kNothing,
     .errors = "400, 401",
     .open = true},
};

}  // namespace

std::span<const Operation> HostOperations() { return kHostOperations; }

}  // namespace aweber::mock
