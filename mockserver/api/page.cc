// Paging: ws.start and ws.size, or cursors; and ws.show=total_size.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text/base64.h"
#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

constexpr std::int64_t kMaxPage = 100;

std::optional<std::int64_t> ParseWhole(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// What was asked, without the token.
Form AskedQuery(const Call& call) {
  Form query = call.read.query;
  query.Remove("access_token");
  return query;
}

std::string CollectionUrl(const Call& call) {
  std::string_view path = call.exchange.local_path;
  if (path.ends_with('/')) path.remove_suffix(1);
  return call.links.base + std::string(path);
}

std::string PageLink(const Call& call, std::int64_t start, std::int64_t size) {
  Form query = AskedQuery(call);
  const auto set_start = [&] { query.Set("ws.start", std::to_string(start)); };
  if (!call.operation.collection.size_first) set_start();
  query.Set("ws.size", std::to_string(size));
  if (call.operation.collection.size_first) set_start();
  return CollectionUrl(call) + "?" + query.Encode();
}

std::optional<HttpResponse> ReadRange(Call& call, const char* name, std::int64_t min,
                                      std::int64_t max, std::int64_t& value) {
  const auto sent = call.Query(name);
  if (!sent) return std::nullopt;
  const auto number = ParseWhole(*sent);
  const bool huge =  // more digits than a number holds
      !number && !sent->empty() && sent->find_first_not_of("0123456789") == std::string::npos;
  if (!huge && (!number || *number < min)) {
    return Refuse(call, "WebServiceError",
                  fmt::format("Minimum for \"{}\" parameter is {}.", name, min),
                  fmt::format("{} is not a whole number from {} on", name, min));
  }
  if (huge || *number > max) {
    return Refuse(call, "WebServiceError",
                  fmt::format("Maximum for \"{}\" parameter is {}.", name, max),
                  fmt::format("{} is over {}", name, max));
  }
  value = *number;
  return std::nullopt;
}

Json ShowItem(const Call& call, const Item& item) {
  const bool found = call.operation.collection.count == Count::kLink;
  const Resource* resource = call.operation.resource;
  if (resource == &kCampaign && item.part != nullptr) resource = &kFollowUpCampaign;
  return Show(*resource,
              {call, item.list, item.thing, item.part, found ? Shows::kFound : Shows::kAlways});
}

HttpResponse TotalAlone(const Call& call, std::size_t total) {
  if (call.space.settings.total_size_reply == "object") {
    return ApiJson(200, {{"total_size", total}});
  }
  return ApiJson(200, Json(total));
}

std::string TotalLink(const Call& call) {
  if (call.operation.collection.type == "broadcast-page-resource") {
    return fmt::format("{}/total?status={}", CollectionUrl(call), call.Query("status", ""));
  }
  Form query = AskedQuery(call);
  query.Set("ws.show", "total_size");
  return CollectionUrl(call) + "?" + query.Encode();
}

void AddTypeAndSelf(const Call& call, Json& page) {
  const Collection& collection = call.operation.collection;
  std::string_view type = collection.type;
  if (!collection.document_type.empty() && call.space.settings.collection_types == "document") {
    type = collection.document_type;
  }
  if (!type.empty()) page["resource_type_link"] = TypeLink(type);
  if (collection.self_link) {
    const Form query = AskedQuery(call);
    page["self_link"] = CollectionUrl(call) + (query.empty() ? "" : "?" + query.Encode());
  }
}

void AddCount(const Call& call, std::int64_t total, Json& page) {
  const bool by_link = call.operation.collection.count == Count::kLink;
  const std::string& said = call.space.settings.find_total;
  if (!by_link || said != "link") page["total_size"] = total;
  if (by_link && said != "number") page["total_size_link"] = TotalLink(call);
}

}  // namespace

HttpResponse Page(Call& call, const Items& items) {
  const auto total = static_cast<std::int64_t>(items.size());
  if (call.operation.countable && call.Query("ws.show", "") == "total_size") {
    return TotalAlone(call, items.size());
  }
  std::int64_t start = 0, size = kMaxPage;
  if (auto refused =
          ReadRange(call, "ws.start", 0, std::numeric_limits<std::int32_t>::max(), start)) {
    return std::move(*refused);
  }
  if (auto refused = ReadRange(call, "ws.size", 1, kMaxPage, size)) return std::move(*refused);
  Json page = {{"entries", Json::array()}};
  Json& entries = page["entries"];
  for (std::int64_t i = start; i < total && i - start < size; ++i) {
    entries.push_back(ShowItem(call, items[static_cast<std::size_t>(i)]));
  }
  // Absolute, and absent at the ends.
  if (total - start > size) page["next_collection_link"] = PageLink(call, start + size, size);
  if (start > 0) {
    page["prev_collection_link"] = PageLink(call, std::max<std::int64_t>(0, start - size), size);
  }
  AddTypeAndSelf(call, page);
  page["start"] = start;
  AddCount(call, total, page);
  return ApiJson(200, page);
}

namespace {

std::string CursorOf(const Call& call, const CursorKey& key) {
  return Base64Encode(
      fmt::format("{},{}", FormatDate(call.Date(key.at), DateShape::kBlankUtc), key.id));
}

struct Cursor {
  UnixTime at;
  std::int64_t id = 0;
};

std::optional<Cursor> ReadCursor(const std::string& text) {
  const auto decoded = Base64Decode(text);
  if (!decoded) return std::nullopt;
  const std::size_t comma = decoded->find(',');
  if (comma == std::string::npos) return std::nullopt;
  const auto at = ParseInstant(decoded->substr(0, comma));
  const auto id = ParseWhole(decoded->substr(comma + 1));
  if (!at || !id) return std::nullopt;
  return Cursor{*at, *id};
}

std::string CursorLink(const Call& call, const char* direction, const CursorKey& key) {
  Form query = AskedQuery(call);
  query.Remove("after");
  query.Remove("before");
  query.Set(direction, CursorOf(call, key));
  return CollectionUrl(call) + "?" + query.Encode();
}

}  // namespace

HttpResponse CursorPage(Call& call, const Items& items, CursorKey (*when)(const void*)) {
  std::int64_t size = kMaxPage;
  if (auto refused = ReadRange(call, "page_size", 1, kMaxPage, size)) return std::move(*refused);
  const auto after = call.Query("after"), before = call.Query("before");
  if (after && before) {
    return Refuse(call, "BadRequestError", "before and after exclude each other.",
                  "both before and after were sent");
  }
  const auto cursor = after || before ? ReadCursor(after ? *after : *before) : Cursor{};
  if (!cursor) {
    return Refuse(call, "BadRequestError", "Invalid cursor.",
                  "before or after is not a cursor of this collection");
  }
  // Whether the item comes later in the order than the cursor (it is older).
  const auto beyond = [&](const Item& item) {
    const CursorKey key = when(item.thing);
    const auto at = FromUnixSeconds(ToUnixSeconds(call.Date(key.at)));
    return at != cursor->at ? at < cursor->at : key.id < cursor->id;
  };
  const auto total = static_cast<std::int64_t>(items.size());
  std::int64_t first = 0, last = 0;  // the page is [first, last)
  if (before) {
    while (last < total && !beyond(items[static_cast<std::size_t>(last)])) ++last;
    if (last > 0 && when(items[static_cast<std::size_t>(last - 1)].thing).id == cursor->id) --last;
    first = std::max<std::int64_t>(0, last - size);
  } else {
    if (after) {
      while (first < total && !beyond(items[static_cast<std::size_t>(first)])) ++first;
    }
    last = std::min(total, first + size);
  }
  Json page = {{"entries", Json::array()}};
  for (std::int64_t i = first; i < last; ++i) {
    page["entries"].push_back(ShowItem(call, items[static_cast<std::size_t>(i)]));
  }
  if (last < total && last > 0) {
    const void* end = items[static_cast<std::size_t>(last - 1)].thing;
    page["next_collection_link"] = CursorLink(call, "after", when(end));
  }
  if (first > 0 && first < total) {
    const void* begin = items[static_cast<std::size_t>(first)].thing;
    page["prev_collection_link"] = CursorLink(call, "before", when(begin));
  }
  AddTypeAndSelf(call, page);
  page["total_size"] = total;
  return ApiJson(200, page);
}

}  // namespace aweber::mock
