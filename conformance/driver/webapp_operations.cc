// What the users of a web application do: they log in, open its pages, move their browsers.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "base/text/uri.h"
#include "conformance/browser/user_browser.h"
#include "conformance/driver/message.h"
#include "conformance/driver/webapp_driver.h"

namespace aweber::conformance {
namespace {

UserBrowser::Wanted Looks(const std::string& name, const WebSuccess& success) {
  return [name, &success](const WebPlace& place) {
    return WhyNotSuccess(name, success, place).empty();
  };
}

}  // namespace

Result<Reply> WebappDriver::Authorize(UserBrowser& tab, const Variables& variables, bool twice) {
  auto place = twice ? tab.PlayTwice("connect", config_.connect, variables)
                     : tab.Play("connect", config_.connect, variables);
  const int presses = place ? place->presses : 0;
  if (place && place->left.empty()) {
    place = tab.Await(*place, [](const WebPlace& at) { return !at.left.empty(); });
  }
  if (!place) return NotDone(place.error());
  if (place->left.empty()) {
    return Refused(*place, "the application did not send the browser to the authorization page");
  }
  Json members = {{"url", PublicUrl(config_.launch, place->left, variables.at("authorize_url"))}};
  if (twice) members["presses"] = presses;
  return OkReply(std::move(members));
}

// What the user sees after going back or reloading is the application's own affair, as long as it
// answers.
Result<Reply> WebappDriver::Move(UserBrowser& tab, const std::string& act) {
  const auto place = tab.Act(act);
  if (!place) return NotDone(place.error());
  if (!place->left.empty()) return OkReply({{"left", place->left}});
  if (place->page.status < 500) return OkReply({{"page", place->page.status}});
  return Refused(*place, fmt::format("the page after \"{}\" is an error of the application", act));
}

Result<Reply> WebappDriver::Callback(UserBrowser& tab, const std::string& url, bool popup) {
  auto place = popup ? tab.OpenPopup(url) : tab.Open(url, true);
  if (place && !popup) place = tab.Await(*place, Looks("success", config_.success));
  if (!place) return NotDone(place.error());
  if (popup && place->page.status == 0 && place->left.empty()) return OkReply();  // closed itself
  if (place->page.status == 0) {
    // Without the query: it has the code, and the words are looked through for secrets.
    return ErrReply(
        "other", fmt::format("{} is not an address of the application", WithoutQuery(place->left)));
  }
  const std::string problem = WhyNotSuccess("success", config_.success, *place);
  return problem.empty() ? OkReply() : Refused(*place, problem);
}

const WebCall* WebappDriver::CallOf(const Json& members, const Variables& variables) const {
  const std::string& api = variables.at("api_url");
  std::string path = JsonString(members, "url").value_or("");
  if (path.starts_with(api)) path.erase(0, api.size());
  return FindCall(config_.calls, JsonString(members, "method").value_or("GET") + " " + path);
}

Result<Reply> WebappDriver::Approach(UserBrowser& tab, const Json& members,
                                     const Variables& variables) {
  const WebCall* const call = CallOf(members, variables);
  if (call == nullptr) return UnsupportedReply("call");
  const auto& steps = call->action.steps;
  if (steps.size() < 2) return OkReply();
  auto place = tab.Play("call", {steps.begin(), steps.end() - 1}, variables);
  if (!place) return NotDone(place.error());
  const std::lock_guard lock(mutex_);
  approached_[variables.at("session")] = {std::move(place).value(), call};
  return OkReply();
}

Result<Reply> WebappDriver::Call(UserBrowser& tab, const Json& members,
                                 const Variables& variables) {
  const WebCall* const call = CallOf(members, variables);
  if (call == nullptr) return UnsupportedReply("call");
  WebPlace from;
  std::size_t first = 0;
  {
    const std::lock_guard lock(mutex_);
    auto node = approached_.extract(variables.at("session"));
    if (!node.empty() && node.mapped().second == call) {
      from = std::move(node.mapped().first);
      first = call->action.steps.size() - 1;
    }
  }
  const auto space = environment_.server->FindSpace(case_->name);
  const std::uint64_t before = space ? space->journal().LastSequence() : 0;
  const WebSuccess& success = call->action.success;
  auto place = tab.PlayFrom(std::move(from), first, "call", call->action.steps, variables);
  if (place) place = tab.Await(*place, Looks("call.success", success));
  const std::string what = "call " + (call->requests.empty() ? "" : call->requests.front());
  // Whether it fits the page of a good login is the preflight's question: after a login that was
  // refused there is nothing to press, and that is the application's answer.
  const bool from_here = call->action.steps.front().kind != WebStep::Kind::kOpen;
  if (!place && from_here && place.error().code == "web.step") {
    return ErrReply("other", place.error().message);
  }
  if (!place) return NotDone(what, place.error());
  NoteDone(what);
  std::string problem = WhyNotSuccess("call.success", success, *place);
  // A page that says nothing that was asked for is good only where AWeber was, too.
  if (problem.empty() && !success.text && !success.url && !ApiAnsweredWell(before)) {
    problem = "no API request behind the page was answered with a 2xx status";
  }
  return problem.empty() ? OkReply({{"status", place->page.status}}) : Refused(*place, problem);
}

bool WebappDriver::ApiAnsweredWell(std::uint64_t since) const {
  const auto space = environment_.server->FindSpace(case_->name);
  if (!space) return true;
  const auto entries = space->journal().Entries();
  return std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
    return entry.sequence > since && entry.status / 100 == 2 &&
           (entry.endpoint == mock::Endpoint::kApi || entry.endpoint == mock::Endpoint::kOther);
  });
}

// Another site's page posts the application's form: it knows the visible fields and no hidden ones.
Result<Reply> WebappDriver::Forge(UserBrowser& tab, const std::string& form,
                                  const Variables& variables) {
  const auto action = config_.actions.find(form);
  if (form != "connect" && action == config_.actions.end()) return UnsupportedReply("forge");
  const auto& steps = form == "connect" ? config_.connect : action->second.steps;
  const auto place = tab.Forge(form, steps, variables);
  if (!place) return NotDone(place.error());
  if (!place->left.empty()) {
    return OkReply(
        {{"left", PublicUrl(config_.launch, place->left, variables.at("authorize_url"))}});
  }
  return OkReply({{"page", place->page.status}});
}

Result<Reply> WebappDriver::Act(const std::string& op, UserBrowser& tab,
                                const Variables& variables) {
  const WebAction& action = config_.actions.at(op);
  auto place = tab.Play(op, action.steps, variables);
  if (place) place = tab.Await(*place, Looks(op + ".success", action.success));
  if (!place) return NotDone(op, place.error());
  NoteDone(op);
  const std::string problem = WhyNotSuccess(op + ".success", action.success, *place);
  return problem.empty() ? OkReply() : Refused(*place, problem);
}

}  // namespace aweber::conformance
