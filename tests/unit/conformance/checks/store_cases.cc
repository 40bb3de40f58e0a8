// Transcripts for the checks of programs that are several processes on one token store.
#include <fmt/format.h>

#include "tests/unit/conformance/checks/transcript.h"

namespace aweber::conformance::test {
namespace {

using T = Transcript;
using Reply = StepObservation::Reply;

std::string Name(std::string_view kind, int number) { return fmt::format("{}-{}", kind, number); }
std::string Value(std::string_view kind, int number) {
  return fmt::format("{}-{}-0123456789", kind, number);
}

// A refresh with generation `used`; `issued` 0: it is refused.
JournalEntry& Refreshes(T& t, int used, int issued, const std::string& grant = "grant-1") {
  JournalEntry& entry = issued == 0 ? t.Refused(Refresh(Value("rt", used)), 400, "invalid_grant")
                                    : t.Token(Refresh(Value("rt", used)),
                                              Tokens(Value("at", issued), Value("rt", issued)));
  entry.facts.refresh_label = Name("rt", used);
  entry.facts.grant_label = grant;
  if (issued != 0) entry.facts.issued_refresh_label = Name("rt", issued);
  return entry;
}

// The same, and the reply is lost: the journal has what was issued, and no response.
void RefreshesInVain(T& t, int used, int issued) {
  JournalEntry& entry = Refreshes(t, used, issued);
  entry.facts.committed = true;
  entry.fault = "gate+lose_reply";
  entry.state = mock::EntryState::kAborted;
  entry.status = 0;
  entry.response_headers = {};
  entry.response_body.clear();
}

// What the store holds after `step`, and which refresh tokens work then.
StoreLook& Look(T& t, const std::string& step, std::vector<std::string> holds,
                std::vector<std::string> live) {
  StoreLook look;
  look.after = step;
  look.sequence = t.view().journal->size();
  look.files.push_back({".cli/tokens", true, false, false, false, std::move(holds)});
  look.live = std::move(live);
  t.view().looks.push_back(std::move(look));
  return t.view().looks.back();
}

void LogIn(T& t) {
  t.Ok("callback", [&] {
    JournalEntry& entry = t.Token(Exchange(), Tokens(Value("at", 1), Value("rt", 1)));
    entry.facts.grant_label = "grant-1";
    entry.facts.issued_refresh_label = "rt-1";
  });
  Look(t, "callback", {"at-1", "rt-1"}, {"rt-1"});
}

// One step that began before the last `count` steps had ended, as in a `parallel`.
void Join(T& t, std::size_t count) {
  auto& steps = t.view().steps;
  std::uint64_t first = steps.back().first_sequence, last = steps.back().last_sequence;
  for (std::size_t i = steps.size() - count; i < steps.size(); ++i) {
    first = std::min(first, steps[i].first_sequence);
    last = std::max(last, steps[i].last_sequence);
  }
  for (std::size_t i = steps.size() - count; i < steps.size(); ++i) {
    steps[i].first_sequence = first;
    steps[i].last_sequence = last;
  }
}

// Two processes at once. The second one's reply and what it sends are told.
void Two(T& t, Reply second, const T::Body& body, const char* err_kind = "") {
  LogIn(t);
  t.Ok("call", [&] { Refreshes(t, 1, 2); });
  t.Step("call", "A", second, body).err_kind = err_kind;
  Join(t, 2);
}

const T::Body kNothing = [] {};

}  // namespace

std::vector<CheckCase> StoreCases() {
  return {
      {"sh-token-once", "one refreshes and the other uses it", kOk,
       [](T& t) {
         Two(t, Reply::kOk, kNothing);
         Look(t, "call#2", {"at-2", "rt-2"}, {"rt-2"});
       }},
      {"sh-token-once", "the second one is refused and fails", kViolation,
       [](T& t) {
         Two(
             t, Reply::kErr, [&] { Refreshes(t, 1, 0); }, "other");
         Look(t, "call#2", {"at-2", "rt-2"}, {"rt-2"});
       },
       "rt-1 was presented 2 times"},
      {"sh-token-once", "the second one is refused and finds the winner's", kOk,
       [](T& t) {
         LogIn(t);
         t.Ok("call", [&] { Refreshes(t, 1, 2); });
         t.Ok("call", [&] { Refreshes(t, 1, 0); });
         Join(t, 2);
         Look(t, "call#2", {"at-2", "rt-2"}, {"rt-2"});
       }},
      {"sh-token-once", "both present one that the server does not replace", kOk,
       [](T& t) {
         LogIn(t);
         t.Ok("call", [&] { Refreshes(t, 1, 1); });
         t.Ok("call", [&] { Refreshes(t, 1, 1); });
         Join(t, 2);
         Look(t, "call#2", {"at-1", "rt-1"}, {"rt-1"});
       }},
      {"sh-token-once", "the server revoked everything for it", kViolation,
       [](T& t) {
         Two(t, Reply::kOk, [&] { Refreshes(t, 1, 0); });
         Look(t, "call#2", {"at-2", "rt-2"}, {});
       }},
      {"sh-token-once", "the first reply was lost", kOk,
       [](T& t) {
         LogIn(t);
         t.Err("call", [&] { RefreshesInVain(t, 1, 2); }).err_kind = "other";
         t.Err("call", [&] { Refreshes(t, 1, 0); }).err_kind = "reauthorize";
         Look(t, "call#2", {}, {"rt-2"});
       }},
      {"sh-token-once", "the first reply was lost, and three ask", kViolation,
       [](T& t) {
         LogIn(t);
         t.Err("call", [&] { RefreshesInVain(t, 1, 2); }).err_kind = "other";
         t.Err("call", [&] { Refreshes(t, 1, 0); }).err_kind = "reauthorize";
         t.Err("call", [&] { Refreshes(t, 1, 0); }).err_kind = "reauthorize";
         Look(t, "call#3", {"rt-1"}, {"rt-2"});
       }},
      {"sh-token-once", "the first one was killed", kOk,
       [](T& t) {
         Two(
             t, Reply::kErr, [&] { Refreshes(t, 1, 0); }, "reauthorize");
         t.view().killed = {2};
         Look(t, "call#2", {}, {"rt-2"});
       }},
      {"sh-one-refresh", "one refreshes", kOk, [](T& t) { Two(t, Reply::kOk, kNothing); }},
      {"sh-one-refresh", "both refresh", kViolation,
       [](T& t) { Two(t, Reply::kOk, [&] { Refreshes(t, 1, 0); }); }, "presented 2 times"},
      {"sh-one-refresh", "one alone", kNotSeen,
       [](T& t) {
         LogIn(t);
         t.Ok("call", [&] { Refreshes(t, 1, 2); });
       }},
      {"sh-refresh-storm", "one refreshes", kOk, [](T& t) { Two(t, Reply::kOk, kNothing); }},
      {"sh-refresh-storm", "each refreshes in turn", kViolation,
       [](T& t) { Two(t, Reply::kOk, [&] { Refreshes(t, 2, 3); }); }, "refreshed 2 times"},
      {"sh-refresh-storm", "one insists", kViolation,
       [](T& t) {
         LogIn(t);
         t.Err("call", [&] {
           for (int i = 0; i < 5; ++i) Refreshes(t, 1, 0);
         });
       },
       "sent 5 refresh requests"},
      {"sh-store-kept", "the newest are there", kOk,
       [](T& t) {
         Two(t, Reply::kOk, kNothing);
         Look(t, "call#2", {"at-2", "rt-2"}, {"rt-2"});
       }},
      {"sh-store-kept", "the old ones came back", kViolation,
       [](T& t) {
         Two(t, Reply::kErr, [&] { Refreshes(t, 1, 0); });
         Look(t, "call#2", {"at-1", "rt-1"}, {"rt-2"});
       },
       "holds only at-1, rt-1"},
      {"sh-store-kept", "the store was deleted", kViolation,
       [](T& t) {
         Two(t, Reply::kErr, [&] { Refreshes(t, 1, 0); });
         Look(t, "call#2", {}, {"rt-2"});
       },
       "holds no token"},
      {"sh-store-kept", "who had them was killed", kOk,
       [](T& t) {
         Two(t, Reply::kErr, kNothing);
         t.view().killed = {2};
         Look(t, "call#2", {}, {"rt-2"});
       }},
      {"sh-no-needless-login", "nobody is sent away", kOk,
       [](T& t) {
         Two(t, Reply::kOk, kNothing);
         Look(t, "call#2", {"rt-2"}, {"rt-2"});
       }},
      {"sh-no-needless-login", "the loser is sent away", kViolation,
       [](T& t) {
         LogIn(t);
         t.Err("call", [&] { Refreshes(t, 1, 2); }).err_kind = "reauthorize";
         Look(t, "call", {"rt-2"}, {"rt-2"});
       },
       "asked for a new login"},
      {"sh-call-succeeds", "both succeed", kOk,
       [](T& t) {
         Two(t, Reply::kOk, kNothing);
         Look(t, "call#2", {"rt-2"}, {"rt-2"});
       }},
      {"sh-call-succeeds", "the loser fails", kViolation,
       [](T& t) {
         Two(
             t, Reply::kErr, [&] { Refreshes(t, 1, 0); }, "other");
         Look(t, "call#2", {"rt-2"}, {"rt-2"});
       },
       "the command failed"},
      {"sh-no-deadlock", "all end", kOk, [](T& t) { Two(t, Reply::kOk, kNothing); }},
      {"sh-no-deadlock", "one never ends", kViolation,
       [](T& t) { Two(t, Reply::kErr, kNothing, "timeout"); }, "did not end in time"},
      {"sh-no-deadlock", "one never ends after another was killed", kViolation,
       [](T& t) {
         LogIn(t);
         t.Err("call", [&] { Refreshes(t, 1, 2); }).err = {{"signal", 9}};
         t.Err("call", [&] { t.Api("at-1-0123456789", 401); }).err_kind = "timeout";
       },
       "after another process had been killed"},
      {"sh-store-whole", "it is whole after a kill", kOk,
       [](T& t) {
         LogIn(t);
         t.Err("call", [&] { Refreshes(t, 1, 2); }).err = {{"signal", 9}};
         Look(t, "call", {"rt-1"}, {"rt-2"});
       }},
      {"sh-store-whole", "nothing happened to it", kOk,
       [](T& t) {
         LogIn(t);
         t.Ok("call", [&] { Refreshes(t, 1, 2); });
         Look(t, "call", {"rt-2"}, {"rt-2"});
       }},
      {"sh-store-whole", "it is empty after a kill", kViolation,
       [](T& t) {
         LogIn(t);
         t.Err("call", [&] { Refreshes(t, 1, 2); }).err = {{"signal", 9}};
         Look(t, "call", {}, {"rt-2"}).files[0].empty = true;
       },
       ".cli/tokens is cut off"},
      {"sh-store-whole", "it is broken on a full disk", kViolation,
       [](T& t) {
         LogIn(t);
         t.Err("call", [&] { Refreshes(t, 1, 2); });
         StoreLook& look = Look(t, "call", {}, {"rt-2"});
         look.limited = true;
         look.files[0].broken_json = true;
       }},
      {"rf-rotate", "the process that received the successor was killed", kNotSeen,
       [](T& t) {
         LogIn(t);
         t.Err("call", [&] { Refreshes(t, 1, 2); }).err = {{"signal", 9}};
         t.Err("call", [&] { Refreshes(t, 1, 0); });
       }},
      {"rf-rotate", "the process that received the successor went on", kViolation,
       [](T& t) {
         LogIn(t);
         t.Err("call", [&] { Refreshes(t, 1, 2); }).err = {{"kind", "other"}};
         t.Err("call", [&] { Refreshes(t, 1, 0); });
       },
       "was used again, expected its successor"},
      {"sh-login-kept", "the new login is there", kOk,
       [](T& t) {
         Two(t, Reply::kOk, kNothing);
         t.Ok("callback", [&] {
           JournalEntry& entry = t.Token(Exchange(kCode2), Tokens(Value("at", 9), Value("rt", 9)));
           entry.facts.grant_label = "grant-2";
           entry.facts.issued_refresh_label = "rt-9";
         });
         Join(t, 2);
         Look(t, "callback#2", {"rt-9"}, {"rt-2", "rt-9"});
       }},
      {"sh-login-kept", "the refresh wrote over it", kViolation,
       [](T& t) {
         Two(t, Reply::kOk, kNothing);
         t.Ok("callback", [&] {
           JournalEntry& entry = t.Token(Exchange(kCode2), Tokens(Value("at", 9), Value("rt", 9)));
           entry.facts.grant_label = "grant-2";
           entry.facts.issued_refresh_label = "rt-9";
         });
         Join(t, 2);
         Look(t, "callback#2", {"rt-2"}, {"rt-2", "rt-9"});
       },
       "new login are not in the store"},
      {"sh-logout-final", "nothing is left", kOk,
       [](T& t) {
         LogIn(t);
         t.Ok("call", [&] { t.Api("at-1-0123456789"); });
         t.Ok("logout");
         Look(t, "logout", {}, {"rt-1"});
       }},
      {"sh-logout-final", "a refresh brought them back", kViolation,
       [](T& t) {
         LogIn(t);
         t.Ok("call", [&] { Refreshes(t, 1, 2); });
         t.Ok("logout");
         Look(t, "logout", {"rt-2"}, {"rt-2"});
       },
       "after the logout the store holds rt-2"},
      {"sh-store-private", "nobody else can read it", kOk, [](T& t) { LogIn(t); }},
      {"sh-store-private", "everybody can", kViolation,
       [](T& t) {
         LogIn(t);
         t.view().looks[0].files[0].open_to_others = true;
       },
       ".cli/tokens holds at-1, rt-1 and can be read by other users"},
      {"sh-no-secret-file", "in the store alone", kOk, [](T& t) { LogIn(t); }},
      {"sh-no-secret-file", "in a log as well", kViolation,
       [](T& t) {
         LogIn(t);
         t.view().looks[0].files.push_back({"cli.log", false, false, false, false, {"at-1"}});
       },
       "cli.log holds at-1"},
      {"sh-no-secret-shown", "nothing is to be seen", kOk,
       [](T& t) {
         LogIn(t);
         t.view().looks[0].after.clear();
       }},
      {"sh-no-secret-shown", "in the arguments of a child", kViolation,
       [](T& t) {
         LogIn(t);
         t.view().looks[0].shown = {"the arguments of curl: at-1"};
       },
       "the arguments of curl: at-1"},
  };
}

}  // namespace aweber::conformance::test
