// Checks of API requests: how the token travels, and what a 401 or 403 makes the client do.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text/json.h"
#include "conformance/checks/families.h"
#include "conformance/checks/holding.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kApiRequests = "API requests";

template <typename F>
Judgement EachCall(const CaseView& view, std::string_view when_fine, F remark) {
  Tally tally(kApiRequests);
  for (const auto& request : ApiCalls(view)) {
    // AWeber's OAuth 1 is not judged here.
    if (request.authorization.rfind("OAuth oauth_", 0) == 0) continue;
    if (request.Methods() > 0) tally.Add(remark(request), request.sequence());
  }
  return tally.Close(when_fine);
}

std::string SchemeOf(const ApiCall& request) {
  return request.authorization.substr(0, request.authorization.find(' '));
}

// Without a scheme the first word is the token itself: not for a report.
std::string SchemeShown(const ApiCall& request) {
  const auto scheme = SchemeOf(request);
  return request.header_token.empty() ? "a header without a scheme" : "the scheme " + scheme;
}

Judgement Header(const CaseView& view) {
  const bool told = !view.told_token_transport.empty() && view.told_token_transport != "header";
  return EachCall(view, "carried the token in the header", [=](const ApiCall& request) {
    if (!request.has_authorization && told) return Silent();  // it was asked to
    if (!request.has_authorization) {
      return Wrong(fmt::format("the token is in the {}, expected Authorization: Bearer",
                               request.form_token.empty() ? "query" : "form"));
    }
    if (EqualsIgnoreCase(SchemeOf(request), "Bearer")) return Fine();
    return Wrong(fmt::format("expected Authorization: Bearer, saw {}", SchemeShown(request)));
  });
}

// RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
bool IsB64Token(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/").find(c) != std::string_view::npos;
  });
}

Judgement Syntax(const CaseView& view) {
  std::set<std::string> issued;
  for (const auto& tokens : TokenResponses(view)) issued.insert(tokens.access_token);
  return EachCall(view, "had a well-formed Authorization header", [&](const ApiCall& request) {
    if (!request.has_authorization) return Silent();
    // Schemes compare without case (RFC 9110 §11.1).
    if (!EqualsIgnoreCase(SchemeOf(request), "Bearer")) {
      return Wrong(fmt::format("expected the scheme Bearer, saw {}", SchemeShown(request)));
    }
    // What the server issued is sent as it came, whatever its characters.
    if (IsB64Token(request.header_token) || issued.count(request.header_token) > 0) return Fine();
    return Wrong(request.header_token.empty()
                     ? "Bearer is followed by no token"
                     : "the token in the header has quotes, spaces or other characters around it");
  });
}

Judgement OneTokenPlace(const CaseView& view) {
  return EachCall(view, "carried the token once", [](const ApiCall& request) {
    if (request.Methods() == 1) return Fine();
    std::string places;
    if (request.has_authorization) places += "header, ";
    if (!request.form_token.empty()) places += "form, ";
    if (!request.query_token.empty()) places += "query, ";
    places.resize(places.size() - 2);
    return Wrong(fmt::format("expected the token in one place, saw it in {}: {}", request.Methods(),
                             places));
  });
}

Judgement NoQuery(const CaseView& view) {
  return EachCall(view, "had no token in the URI", [](const ApiCall& request) {
    return request.query_token.empty() ? Fine() : Wrong("access_token is in the request URI");
  });
}

Judgement FormRules(const CaseView& view) {
  Tally tally("API requests with the token in the body");
  for (const auto& request : ApiCalls(view)) {
    if (request.form_token.empty()) continue;
    const auto& raw = request.entry->request;
    Remark remark = Fine();
    if (raw.method == "GET") {
      remark = Wrong("a GET carries the token in its body; a body means nothing there");
    } else if (MediaType(raw.headers) != "application/x-www-form-urlencoded") {
      remark =
          Wrong(fmt::format("a token in the body needs Content-Type "
                            "application/x-www-form-urlencoded, saw {}",
                            raw.headers.GetOr("Content-Type", "none")));
    }
    tally.Add(remark, request.sequence());
  }
  return tally.Close("followed the rules for it");
}

// --- where the token goes --------------------------------------------------------------------

// Somebody held out a bait: a redirect, a link or a call to another host.
bool PointsElsewhere(const CaseView& view, const JournalEntry& entry) {
  const auto own = Authority(view.base_url);
  const auto foreign = [&](std::string_view url) {
    const auto target = Authority(url);
    return !target.empty() && target != own;
  };
  if (foreign(entry.response_headers.GetOr("Location"))) return true;
  const auto json = ParseJson(entry.response_body);
  if (!json.ok() || !json->is_object()) return false;
  for (const auto& [name, value] : json->items()) {
    const bool link = name.find("_link") != std::string::npos && value.is_string();
    if (link && foreign(value.get<std::string>())) return true;
  }
  return false;
}

Judgement TokenConfined(const CaseView& view) {
  if (view.journal == nullptr || view.base_url.empty())
    return Unseen("the API's host is not known");
  std::set<std::string> secrets;
  for (const auto& tokens : TokenResponses(view)) {
    if (tokens.access_token.size() >= 8) secrets.insert(tokens.access_token);
  }
  std::uint64_t bait = 0;
  bool refused = false;
  for (const auto& step : view.steps) {
    const auto target = step.op == "call" ? Authority(step.sent_url) : "";
    refused |=
        !target.empty() && target != Authority(view.base_url) && step.reply == ReplyKind::kErr;
  }
  Tally tally("requests to other hosts");
  for (const auto& entry : *view.journal) {
    if (entry.endpoint == mock::Endpoint::kApi && PointsElsewhere(view, entry)) {
      bait = entry.sequence;
    }
    if (!IsForeign(view, entry)) continue;
    const bool leaks = std::any_of(secrets.begin(), secrets.end(),
                                   [&](const std::string& token) { return Carries(entry, token); });
    tally.Add(leaks ? Wrong(fmt::format("the access token was sent to {}",
                                        entry.request.headers.GetOr("Host")))
                    : Fine(),
              entry.sequence);
  }
  auto judgement = tally.Close("carried no access token");
  if (judgement.verdict != Verdict::kNotSeen || secrets.empty()) return judgement;
  if (bait != 0)
    return Passed("a reply pointed to another host, and nothing was sent there", {bait});
  return refused ? Passed("a URL on another host was not asked for") : judgement;
}

// --- 401 and 403 -----------------------------------------------------------------------------

struct StepTraffic {
  std::vector<const ApiCall*> calls;
  std::vector<const BackRequest*> refreshes;
};

StepTraffic TrafficOf(const StepObservation& step, const std::vector<ApiCall>& calls,
                      const std::vector<BackRequest>& tokens) {
  StepTraffic traffic;
  for (const auto& call : calls) {
    if (During(step, *call.entry)) traffic.calls.push_back(&call);
  }
  for (const auto& request : tokens) {
    if (request.IsRefresh() && During(step, *request.entry)) traffic.refreshes.push_back(&request);
  }
  return traffic;
}

template <typename F>
Judgement EachCallStep(const CaseView& view, std::string_view subject, std::string_view when_fine,
                       F add) {
  Tally tally(subject);
  const auto calls = ApiCalls(view);
  const auto tokens = TokenRequests(view);
  for (const auto& step : view.steps) {
    if (step.op != "call" || !RanAlone(view, step)) continue;
    add(step, TrafficOf(step, calls, tokens), tally);
  }
  return tally.Close(when_fine);
}

// The new token of the first refresh after `after`; "" when there was none that succeeded, with an
// answer that cannot be refused.
std::string RefreshedToken(const CaseView& view, const StepTraffic& traffic, std::uint64_t after) {
  for (const auto& tokens : TokenResponses(view)) {
    for (const auto* refresh : traffic.refreshes) {
      if (refresh->sequence() <= after || tokens.entry != refresh->entry) continue;
      if (IsPlainAnswer(tokens)) return tokens.access_token;
    }
  }
  return "";
}

// The body without the token: where the client sends it as a form parameter, a repeated request
// differs in it, and has to.
std::string BodyBesideToken(const ApiCall& call) {
  const std::string& body = call.entry->request.body;
  if (call.form_token.empty()) return body;
  Form form = ParseForm(body);
  form.Remove("access_token");
  return form.Encode();
}

// The refused token is as new as can be: a refresh of the same operation brought it. Whoever tells
// its user to log in then may do so; another refresh would be a loop without an end.
bool WasBroughtBy(const CaseView& view, const StepTraffic& traffic, const ApiCall& denied) {
  for (const auto& tokens : TokenResponses(view)) {
    for (const auto* refresh : traffic.refreshes) {
      if (refresh->sequence() < denied.sequence() && tokens.entry == refresh->entry &&
          Carries(*denied.entry, tokens.access_token)) {
        return true;
      }
    }
  }
  return false;
}

// The client's last refresh ahead of the call brought nothing, and another would be no better: it was
// refused, or its answer was lost or cannot be used, so that the refresh token may be used up.
bool FailedBefore(const CaseView& view, const StepTraffic& traffic, const ApiCall& denied) {
  const JournalEntry* last = nullptr;
  for (const auto* refresh : traffic.refreshes) {
    const std::string& grant = refresh->entry->facts.grant_label;
    if (refresh->sequence() > denied.sequence()) continue;
    if (grant.empty() || grant == denied.entry->facts.grant_label) last = refresh->entry;
  }
  if (last == nullptr || IsTryLater(*last)) return false;
  const auto issued = TokenResponses(view);
  return !ClientSaw(*last) ||
         std::none_of(issued.begin(), issued.end(), [&](const TokenResponse& tokens) {
           return tokens.entry == last && IsPlainAnswer(tokens);
         });
}

Judgement Recovers(const CaseView& view) {
  if (!MayClaim(view, "refresh:on_401"))
    return Unseen("the client does not claim to refresh on 401");
  return EachCallStep(
      view, "calls answered 401", "were repeated with a new token",
      [&](const StepObservation& step, const StepTraffic& traffic, Tally& tally) {
        const auto denied =
            std::find_if(traffic.calls.begin(), traffic.calls.end(),
                         [](const ApiCall* call) { return call->entry->status == 401; });
        if (denied == traffic.calls.end()) return;
        const auto& first = **denied;
        Evidence evidence = {first.sequence()};
        const bool asked = std::any_of(
            traffic.refreshes.begin(), traffic.refreshes.end(),
            [&](const BackRequest* refresh) { return refresh->sequence() > first.sequence(); });
        if (!asked) {
          // Nobody refreshes without a refresh token.
          if (!HoldingBefore(view, step).CanRefresh()) return;
          if (WasBroughtBy(view, traffic, first)) return;
          if (FailedBefore(view, traffic, first)) return;
          return tally.Add(Wrong(fmt::format("step {}: the API answered 401; expected a refresh, "
                                             "none was sent",
                                             step.label)),
                           evidence);
        }
        const auto fresh = RefreshedToken(view, traffic, first.sequence());
        if (fresh.empty()) return;  // the refresh failed: another matter
        for (const auto* call : traffic.calls) {
          // However it is carried: how is the business of other checks.
          if (call->sequence() <= first.sequence() || !Carries(*call->entry, fresh)) continue;
          if (call->entry->local_path != first.entry->local_path) continue;
          evidence.push_back(call->sequence());
          return tally.Add(BodyBesideToken(*call) == BodyBesideToken(first)
                               ? Fine()
                               : Wrong(fmt::format("step {}: the repeated request has another body "
                                                   "than the first",
                                                   step.label)),
                           evidence);
        }
        tally.Add(Wrong(fmt::format("step {}: the token was refreshed after a 401; expected the "
                                    "request again with the new token",
                                    step.label)),
                  evidence);
      });
}

Judgement ForbiddenNoRefresh(const CaseView& view) {
  return EachCallStep(
      view, "calls answered 403", "were not answered with a refresh",
      [&](const StepObservation& step, const StepTraffic& traffic, Tally& tally) {
        for (const auto* call : traffic.calls) {
          if (call->entry->status == 401) return;  // then a refresh is in order
          if (call->entry->status != 403) continue;
          const auto refresh = std::find_if(
              traffic.refreshes.begin(), traffic.refreshes.end(),
              [&](const BackRequest* request) { return request->sequence() > call->sequence(); });
          if (refresh == traffic.refreshes.end()) {
            tally.Add(Fine(), call->sequence());
          } else {
            tally.Add(Wrong(fmt::format("step {}: the API answered 403 and the client refreshed; "
                                        "a new token has no more rights",
                                        step.label)),
                      Evidence{call->sequence(), (*refresh)->sequence()});
          }
          return;
        }
      });
}

constexpr int kRefreshesForACall = 1;
// HTTP libraries repeat a request whose answer was lost.
constexpr int kRepeatsOfLost = 3;

Judgement Bounded(const CaseView& view) {
  return EachCallStep(
      view, "calls answered 401", "led to one refresh at most",
      [&](const StepObservation& step, const StepTraffic& traffic, Tally& tally) {
        const auto denied =
            std::find_if(traffic.calls.begin(), traffic.calls.end(),
                         [](const ApiCall* call) { return call->entry->status == 401; });
        if (denied == traffic.calls.end()) return;
        int refreshed = 0, lost = 0;
        Evidence evidence = {(*denied)->sequence()};
        for (const auto* refresh : traffic.refreshes) {
          // A refresh that was told to come back later may come back.
          const auto status = refresh->entry->status;
          if (refresh->sequence() < (*denied)->sequence() || status >= 500 || status == 429)
            continue;
          lost += ClientSaw(*refresh->entry) ? 0 : 1;
          ++refreshed;
          evidence.push_back(refresh->sequence());
        }
        tally.Add(refreshed - std::min(lost, kRepeatsOfLost) <= kRefreshesForACall
                      ? Fine()
                      : Wrong(fmt::format("step {}: one call brought about {} refreshes, expected "
                                          "one at most",
                                          step.label, refreshed)),
                  evidence);
      });
}

}  // namespace

std::vector<Check> ResourceChecks() {
  using enum Level;
  return {
      {.id = "rs-header",
       .statement = "API requests carry the token as Authorization: Bearer.",
       .levels = Everywhere(kShould),
       .source = "RFC 6750 §2.1; AWeber guide, step 4",
       .seen = Seen::kWire,
       .why = "Headers are logged least; AWeber's guide prefers them too.",
       .fix = "Send Authorization: Bearer TOKEN.",
       .judge = Header},
      {.id = "rs-syntax",
       .statement = "The header is Bearer, a space, and the token alone.",
       .levels = Everywhere(kMust),
       .source = "RFC 6750 §2.1",
       .seen = Seen::kWire,
       .why = "Quotes or another scheme name make a good token an unknown one.",
       .fix = "Write \"Bearer \" and append the token as it was issued.",
       .judge = Syntax},
      {.id = "rs-one-method",
       .statement = "The token is sent in one place of a request.",
       .levels = Everywhere(kMust),
       .source = "RFC 6750 §2; AWeber guide, step 4",
       .seen = Seen::kWire,
       .why = "A server must refuse two; one that does not may use the stale one.",
       .fix = "Choose the header and remove the parameter.",
       .judge = OneTokenPlace},
      {.id = "rs-no-query",
       .statement = "The token is not in the request URI.",
       .levels = By(kOff, kShould, kMust),
       .source = "RFC 9700 §4.3.2; RFC 6750 §2.3",
       .seen = Seen::kWire,
       .why = "URIs end up in logs, histories and Referer headers.",
       .fix = "Send Authorization: Bearer TOKEN.",
       .judge = NoQuery,
       .note = "AWeber's guide permits the query; RFC 6750 §2.3 says SHOULD NOT, RFC 9700 MUST "
               "NOT."},
      {.id = "rs-form-rules",
       .statement = "A token in the body comes form-encoded and not with GET.",
       .levels = Everywhere(kMust),
       .source = "RFC 6750 §2.2",
       .seen = Seen::kWire,
       .why = "Otherwise the server does not read the body for it.",
       .fix = "Use the header; else POST with application/x-www-form-urlencoded.",
       .judge = FormRules},
      {.id = "rs-confined",
       .statement = "The access token is sent to the API's host only.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.3",
       .seen = Seen::kProvoked,
       .why = "A redirect or a next-page link to another host would carry the token there.",
       .fix = "Add the header only when scheme, host and port are the API's.",
       .judge = TokenConfined},
      {.id = "rs-401-recovers",
       .statement = "After a 401 the client refreshes and repeats the request with the new token.",
       .levels = Everywhere(kGuide),
       .source = "AWeber guide, step 5; RFC 6750 §3.1",
       .seen = Seen::kProvoked,
       .why = "Tokens end after an hour, or earlier; the customer should not notice.",
       .fix = "On 401: refresh once, repeat the same request, body included.",
       .judge = Recovers,
       .note = "RFC 6750 §3.1 says MAY; AWeber's guide describes it as the way to go."},
      {.id = "rs-403-no-refresh",
       .statement = "A 403 does not make the client refresh.",
       .levels = Everywhere(kInterop),
       .source = "RFC 6750 §3.1",
       .seen = Seen::kProvoked,
       .why = "AWeber answers 403 to too many requests: refreshing burns a refresh token.",
       .fix = "Refresh on 401 only; on 403 wait a minute or report it.",
       .judge = ForbiddenNoRefresh,
       .note = "The section gives 403 to insufficient_scope; that a refresh is pointless is our "
               "conclusion."},
      {.id = "rs-bounded",
       .statement = "One call brings about one refresh at most.",
       .levels = Everywhere(kInterop),
       .source = "our judgement",
       .seen = Seen::kProvoked,
       .why = "401, refresh, 401, refresh: an endless loop against AWeber's rate limit.",
       .fix = "Refresh once per call, then report the 401.",
       .judge = Bounded,
       .verified = false,
       .note = "No RFC sets a bound."},
  };
}

}  // namespace aweber::conformance
