#include "mockserver/api/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace aweber::mock {
namespace {

constexpr std::int64_t kMaxPage = 100;  // reference

// A whole number, or nothing.
std::optional<std::int64_t> ParseWhole(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The query of a neighbouring page: everything that was asked, except token and position.
std::string PageLink(const Call& call, const std::string& url, std::int64_t start,
                     std::int64_t size) {
  Form query = call.read.query;
  query.Remove("access_token");
  query.Set("ws.start", std::to_string(start));
  query.Set("ws.size", std::to_string(size));
  return url + "?" + query.Encode();
}

}  // namespace

std::string Call::AccountUrl() const {
  return fmt::format("{}/1.0/accounts/{}", exchange.base_url, account.id);
}

std::string Call::ListUrl(const MailingList& of) const {
  return fmt::format("{}/lists/{}", AccountUrl(), of.id);
}

HttpResponse NotFound(Exchange& exchange, std::string why) {
  return EnvelopeError(exchange, {404, "NotFoundError", "Object not found"}, std::move(why));
}

HttpResponse BadRequest(Exchange& exchange, std::string message, std::string why) {
  return EnvelopeError(exchange, {400, "WebServiceError", std::move(message)}, std::move(why));
}

HttpResponse Page(Call& call, const std::string& collection_url, const std::string& type,
                  const std::vector<Json>& entries) {
  const auto start = ParseWhole(call.read.query.GetOr("ws.start", "0"));
  const auto size = ParseWhole(call.read.query.GetOr("ws.size", "100"));
  if (!start || *start < 0) {
    return BadRequest(call.exchange, "Minimum for \"ws.start\" parameter is 0.",
                      "ws.start is not a whole number from 0 on");
  }
  if (!size || *size < 1) {
    return BadRequest(call.exchange, "Minimum for \"ws.size\" parameter is 1.",
                      "ws.size is not a whole number from 1 to 100");
  }
  if (*size > kMaxPage) {
    return BadRequest(call.exchange, "Maximum for \"ws.size\" parameter is 100.",
                      "ws.size is over 100");
  }
  const auto total = static_cast<std::int64_t>(entries.size());
  Json page = {{"entries", Json::array()}};
  for (std::int64_t i = *start; i < total && i - *start < *size; ++i) {
    page["entries"].push_back(entries[static_cast<std::size_t>(i)]);
  }
  // Absolute, and absent at the ends (reference).
  if (total - *start > *size) {
    page["next_collection_link"] = PageLink(call, collection_url, *start + *size, *size);
  }
  if (*start > 0) {
    page["prev_collection_link"] =
        PageLink(call, collection_url, std::max<std::int64_t>(0, *start - *size), *size);
  }
  page["resource_type_link"] = call.exchange.base_url + "/1.0/#" + type;
  page["start"] = *start;
  page["total_size"] = total;
  return ApiJson(200, page);
}

}  // namespace aweber::mock
