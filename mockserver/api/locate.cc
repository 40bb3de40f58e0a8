// Finds what a path names: one row for each kind of identifier.
#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

// An identifier: a whole number from 1 on that fits 32 bits, without sign or leading zero; else 0.
std::int64_t IdOf(std::string_view text) {
  std::int64_t id = 0;
  if (text.empty() || text.front() < '1' || text.front() > '9') return 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  const bool good = error == std::errc() && end == text.data() + text.size() &&
                    id <= std::numeric_limits<std::int32_t>::max();
  return good ? id : 0;
}

bool FindAccount(Call& call, std::string_view text) { return IdOf(text) == call.account.id; }

bool FindList(Call& call, std::string_view text) {
  call.list = call.account.lists.Find(IdOf(text));
  return call.list != nullptr;
}

template <auto kTable>
bool FindInList(Call& call, std::string_view text) {
  call.thing = (call.list->*kTable).Find(IdOf(text));
  return call.thing != nullptr;
}

bool FindIntegration(Call& call, std::string_view text) {
  call.thing = call.account.integrations.Find(IdOf(text));
  return call.thing != nullptr;
}

bool FindLandingPage(Call& call, std::string_view text) {
  call.thing = call.list->landing_pages.Find(std::string(text));
  return call.thing != nullptr;
}

// "b12": a broadcast that was sent. "f12": a follow-up.
bool FindSent(Call& call, std::string_view text) {
  if (!text.starts_with('b')) return false;
  const Broadcast* sent = call.list->broadcasts.Find(IdOf(text.substr(1)));
  if (sent == nullptr || sent->status != BroadcastStatus::kSent) return false;
  call.thing = sent;
  return true;
}
bool FindFollowUp(Call& call, std::string_view text) {
  if (!text.starts_with('f')) return false;
  call.thing = call.list->follow_ups.Find(IdOf(text.substr(1)));
  return call.thing != nullptr;
}
// The operation tells them apart by call.last.
bool FindCampaign(Call& call, std::string_view text) {
  return FindSent(call, text) || FindFollowUp(call, text);
}

bool FindComponent(Call& call, std::string_view text) {
  const auto& test = call.The<SplitTest>();
  for (const SplitTestPart& part : test.parts) {
    if (fmt::format("{}-{}", test.id, part.form) != text) continue;
    call.part = &part;
    return true;
  }
  return false;
}

// The operation itself knows which there are.
bool FindLater(Call&, std::string_view) { return true; }

struct Variable {
  std::string_view name;
  bool (*find)(Call&, std::string_view);
  std::string_view missing = "NotFoundError";
};
constexpr Variable kVariables[] = {
    {"{account}", FindAccount},
    {"{list}", FindList},
    {"{subscriber}", FindInList<&MailingList::subscribers>},
    {"{broadcast}", FindInList<&MailingList::broadcasts>, "BroadcastNotFoundError"},
    {"{campaign}", FindCampaign},
    {"{sent}", FindSent},
    {"{custom_field}", FindInList<&MailingList::custom_fields>},
    {"{segment}", FindInList<&MailingList::segments>},
    {"{web_form}", FindInList<&MailingList::web_forms>},
    {"{split_test}", FindInList<&MailingList::split_tests>},
    {"{landing_page}", FindLandingPage},
    {"{integration}", FindIntegration},
    {"{component}", FindComponent},
    {"{stat}", FindLater},
    {"{link}", FindLater},
    {"{message}", FindLater},
};

HttpResponse Missing(Call& call, const Variable& variable, std::string_view text) {
  std::string_view name = variable.name.substr(1, variable.name.size() - 2);
  const std::string why = fmt::format("there is no {} {} here", name, text);
  if (name == "account") {
    return NotFound(
        call.exchange, "",
        fmt::format("account {} is not the token's, which is {}", text, call.account.id));
  }
  std::string_view type = variable.missing;
  if (name == "list") type = call.operation.no_list;
  if (type == "ListNotFoundError") {
    return Refuse(call, type, fmt::format("List id:{} not found", text), why);
  }
  if (type == "BroadcastNotFoundError") {
    return Refuse(call, type, fmt::format("Broadcast id:{} not found", text), why);
  }
  if (name == "list" && call.operation.id == "addSubscriber") {
    return Refuse(call, type, "List with given id not found", why);
  }
  return NotFound(call.exchange, "", why);
}

}  // namespace

std::optional<HttpResponse> Locate(Call& call, const std::vector<std::string_view>& parts) {
  std::string_view pattern = call.operation.path.substr(1);
  for (const std::string_view part : parts) {
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    const std::string_view name = pattern.substr(0, end);
    pattern.remove_prefix(std::min(end + 1, pattern.size()));
    if (!name.starts_with('{')) continue;
    for (const Variable& variable : kVariables) {
      if (variable.name != name) continue;
      call.last = part;
      if (variable.find(call, part)) break;
      const bool is_thing = name != "{account}" && name != "{list}";
      if (is_thing && call.operation.thing_optional) break;
      return Missing(call, variable, part);
    }
  }
  return std::nullopt;
}

}  // namespace aweber::mock
