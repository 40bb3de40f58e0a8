#include "mockserver/api/broadcast_change.h"

#include <fmt/format.h>

#include "base/text/json.h"
#include "mockserver/api/text_rules.h"

namespace aweber::mock {
namespace {

bool IsBlank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

std::optional<HttpResponse> ReadLists(Call& call, const char* name,
                                      std::vector<std::int64_t>& lists) {
  const Json* sent = JsonMember(call.fields, name);
  if (sent == nullptr) return std::nullopt;
  std::vector<std::int64_t> read;
  for (const Json& link : *sent) {
    const std::int64_t id = call.links.ListOf(link.get_ref<const std::string&>());
    if (call.account.lists.Find(id) == nullptr) {
      return Refuse(call, "InvalidListURIError", fmt::format("{}: Invalid list URI.", name),
                    fmt::format("{} names no list of this account", name));
    }
    read.push_back(id);
  }
  lists = std::move(read);  // replaced as a whole
  return std::nullopt;
}

std::optional<HttpResponse> ReadIntegration(Call& call, const char* name, const char* service,
                                            std::int64_t& integration) {
  const auto link = call.Text(name);
  if (!link) return std::nullopt;
  const Integration* known =
      link->empty() ? nullptr
                    : call.account.integrations.Find(call.links.IdOf(*link, "integrations"));
  if (!link->empty() && (known == nullptr || known->service != service)) {
    return Refuse(call, "InvalidIntegrationURIError",
                  fmt::format("{}: Invalid integration URI.", name),
                  fmt::format("{} names no {} integration of this account", name, service));
  }
  integration = known == nullptr ? 0 : known->id;
  return std::nullopt;
}

std::optional<HttpResponse> ReadSegment(Call& call, std::int64_t& segment) {
  const auto link = call.Text("segment_link");
  if (!link) return std::nullopt;
  const Segment* known =
      link->empty() ? nullptr : call.list->segments.Find(call.links.IdOf(*link, "segments"));
  if (!link->empty() && known == nullptr) {
    return Refuse(call, "InvalidSegmentURIError", "segment_link: Invalid segment URI.",
                  "segment_link names no segment of this list");
  }
  if (known != nullptr && known->split_test) {
    return Refuse(call, "SplitTestSegmentError",
                  "segment_link: Split test segments are not "
                  "allowed.",
                  "segment_link names a segment of a split test");
  }
  segment = known == nullptr ? 0 : known->id;
  return std::nullopt;
}

// The words of the HTML, when no text of its own was sent.
std::string TextOf(const std::string& html) {
  std::string text;
  bool tag = false;
  for (const char c : html) {
    if (c == '<') tag = true;
    if (!tag) text += c;
    if (c == '>') tag = false;
  }
  return text;
}

}  // namespace

bool IsTrue(std::string_view text) { return IsOneOf("true|True|1", text); }

std::optional<HttpResponse> ReadBroadcast(Call& call, Broadcast& broadcast) {
  if (const auto subject = call.Text("subject")) {
    if (IsBlank(*subject)) {
      return Refuse(call, "InvalidSubjectError", "subject: may not be blank.", "subject is blank");
    }
    broadcast.subject = *subject;
  }
  if (auto refused = ReadLists(call, "include_lists", broadcast.include_lists)) return refused;
  if (auto refused = ReadLists(call, "exclude_lists", broadcast.exclude_lists)) return refused;
  if (auto refused =
          ReadIntegration(call, "facebook_integration", "facebook", broadcast.facebook)) {
    return refused;
  }
  if (auto refused = ReadIntegration(call, "twitter_integration", "twitter", broadcast.twitter)) {
    return refused;
  }
  if (auto refused = ReadSegment(call, broadcast.segment)) return refused;
  if (const auto html = call.Text("body_html")) broadcast.body_html = *html;
  if (const auto text = call.Text("body_text")) {
    broadcast.body_text = *text;
    broadcast.customized_text = !text->empty();
  }
  if (!broadcast.customized_text) broadcast.body_text = TextOf(broadcast.body_html);
  if (const auto amp = call.Text("body_amp")) broadcast.body_amp = *amp;
  broadcast.click_tracking = call.Flag("click_tracking_enabled", broadcast.click_tracking);
  broadcast.archived = call.Flag("is_archived", broadcast.archived);
  broadcast.notify = call.Flag("notify_on_send", broadcast.notify);
  return std::nullopt;
}

}  // namespace aweber::mock
