#include "conformance/run/preflight.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "conformance/driver/features.h"
#include "conformance/judge/case_result.h"
#include "conformance/run/configuration_fit.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kPrintedBytes = 600;

// First match wins. `name_until`: the characters that end the name which follows the words.
struct CauseRow {
  std::string_view words;
  std::string_view name_until;  // "": no name follows
  std::string_view cause;       // {} is the name
  std::string_view cure;
};

constexpr std::string_view kCheckPaths =
    "check the paths; they are relative to the folder in which the runner was started";

constexpr CauseRow kCauses[] = {
    {"No module named '", "'", "the Python module '{}' is not installed for this interpreter",
     "install it for the interpreter in the command, or name another interpreter"},
    {"Cannot find module '", "'", "the Node module '{}' is not installed",
     "run `npm install` in the folder of the adapter"},
    {"Cannot find package '", "'", "the Node package '{}' is not installed",
     "run `npm install` in the folder of the adapter"},
    {"cannot load such file -- ", " \n(", "the Ruby library '{}' is not installed",
     "install it, or run the command through `bundle exec`"},
    {"Class \"", "\"", "the PHP class '{}' was not found", "run `composer install` in its folder"},
    {"Permission denied", "", "a file may not be read or executed",
     "make the program executable, or name its interpreter in the command"},
    {"/usr/bin/env: ", "", "the interpreter that the program's first line names is not installed",
     "install it, or name another interpreter in the command"},
    {"the last it printed was no reply", "", "the program does not speak the driver protocol",
     "`aweber-conformance init` writes an adapter that does; a program that prints its link is "
     "tested with --driver-kind prompt or process, a web application with webapp"},
    {"breaks the contract", "", "the program does not speak the driver protocol",
     "`aweber-conformance init` writes an adapter that does, and conformance/PROTOCOL.md has each "
     "reply"},
    {"{\"id\":1,\"ok\":", "", "the program replies on another stream than it was told to",
     "without --driver-fd replies go to standard output, with --driver-fd N to descriptor N"},
    {"no such program in PATH", "", "a program that the command needs is not installed",
     "install it or give its full path"},
    {"command not found", "", "a program that the command needs is not installed",
     "install it or give its full path"},
    {"No such file or directory", "", "a file that the command names does not exist", kCheckPaths},
    {"EADDRINUSE", "", "the port that the program listens on is taken",
     "use ${port} or ${redirect_uri} of the configuration instead of a fixed port"},
    {"ddress already in use", "", "the port that the program listens on is taken",
     "use ${port} or ${redirect_uri} of the configuration instead of a fixed port"},
    {"certificate verify failed", "", "the program does not trust the mock's certificate",
     "read the certificate authority from the file that AWEBER_CA_FILE names, or try --scheme "
     "http"},
    {"self-signed certificate", "", "the program does not trust the mock's certificate",
     "read the certificate authority from the file that AWEBER_CA_FILE names, or try --scheme "
     "http"},
    {"unable to verify the first certificate", "",
     "the program does not trust the mock's certificate",
     "read the certificate authority from the file that AWEBER_CA_FILE names, or try --scheme "
     "http"},
    {"unknown authority", "", "the program does not trust the mock's certificate",
     "read the certificate authority from the file that AWEBER_CA_FILE names, or try --scheme "
     "http"},
    {"SyntaxError", "", "the program has a syntax error",
     "mend what the interpreter points at, or use a newer interpreter"},
    {"auth.aweber.com", "", "the program uses AWeber's own addresses, not those that it was given",
     "take the URLs from the driver's `open`, or set `proxy: true` in its configuration"},
    {": TODO ", "", "the adapter is a template that is not filled in yet",
     "fill in the places that it marks with TODO; `aweber-conformance docs write-an-adapter` goes "
     "through them"},
    {"does not go to the authorize_url", "", "the program has an address of its own built in",
     "take the URLs that it is given; for a program with AWeber's built in set `proxy: true`"},
    {"(invalid_request): no client \"", "\"", "the program has the client id '{}' built in",
     "take the client id and secret that it is given"},
    {"npx canceled due to missing packages", "", "a program that npx would start is not installed",
     "install it in the project, such as `npm install --save-dev tsx`"},
    // Least is known of these.
    {"no token request came to the mock", "",
     "the program asks for its token at another address, or refused the callback before it asked",
     "see what it printed; let it take the token URL that it is given"},
    {"no reply to \"hello\" in time", "", "the program is no adapter, or needs longer to start",
     "`aweber-conformance init` writes an adapter; --start-timeout gives a slow one longer"},
    {"printed no authorization URL", "",
     "the program prints no link to log in at, or not on standard output",
     "check the command; with --driver-kind prompt `url` says what the link looks like"},
    {"was not ready at", "", "the application starts slowly, or listens elsewhere",
     "let it listen on ${port} of 127.0.0.1, or give it longer by `within`"},
    {"the configuration does not fit the application: ", "",
     "the application shows other pages than the configuration names, or a TODO in it is left",
     "change what is named there; `aweber-conformance docs drivers` explains every key"},
};

mock::Step StepOf(const char* op) {
  mock::Step step;
  step.op = op;
  step.label = op;
  return step;
}

mock::Scenario PlainLogin() {
  mock::Scenario scenario;
  scenario.id = "preflight";
  scenario.title = "One plain login";
  for (const char* const op : {"authorize", "consent", "callback"}) {
    scenario.steps.push_back(StepOf(op));
  }
  return scenario;
}

// The end of `text`, where programs say why they ended.
std::string Tail(const std::string& text) {
  std::string_view tail = text;
  while (tail.ends_with('\n')) tail.remove_suffix(1);
  if (tail.size() <= kPrintedBytes) return std::string(tail);
  tail.remove_prefix(tail.size() - kPrintedBytes);
  const std::size_t line = tail.find('\n');
  if (line != std::string_view::npos) tail.remove_prefix(line + 1);
  return "...\n" + std::string(tail);
}

const StepObservation* StepNamed(const PlayedCase& played, std::string_view label) {
  const auto step = std::find_if(played.steps.begin(), played.steps.end(),
                                 [&](const StepObservation& one) { return one.label == label; });
  return step == played.steps.end() ? nullptr : &*step;
}

// The last refusal of the mock, with its whole reason; "" when it refused nothing.
std::string Refusal(const std::vector<JournalEntry>& journal) {
  for (auto entry = journal.rbegin(); entry != journal.rend(); ++entry) {
    if (entry->error.empty() && entry->why_rejected.empty()) continue;
    return fmt::format("the mock refused the {} request ({}): {}",
                       mock::EndpointName(entry->endpoint), entry->error, entry->why_rejected);
  }
  return "";
}

bool AskedForToken(const std::vector<JournalEntry>& journal) {
  return std::any_of(journal.begin(), journal.end(), [](const JournalEntry& entry) {
    return entry.endpoint == mock::Endpoint::kToken;
  });
}

bool ExchangedItsCode(const std::vector<JournalEntry>& journal) {
  return std::any_of(journal.begin(), journal.end(), [](const JournalEntry& entry) {
    return entry.endpoint == mock::Endpoint::kToken && entry.status == 200 &&
           entry.facts.grant_type == "authorization_code";
  });
}

// Why the steps did not lead to a token; "" when they did.
std::string WhyNoLogin(const PlayedCase& played) {
  if (played.harness_error) return played.harness_error->message;
  if (played.driver_error) return played.driver_error->message;
  const auto journal = played.space->journal().Entries();
  const std::string refusal = Refusal(journal);
  const auto with_refusal = [&](const std::string& text) {
    return refusal.empty() ? text : text + "; " + refusal;
  };
  for (const char* const label : {"authorize", "callback"}) {
    const StepObservation* const step = StepNamed(played, label);
    if (step == nullptr || step->reply == StepObservation::Reply::kOk) continue;
    if (step->reply == StepObservation::Reply::kNone) break;  // a note says why
    const std::string what = step->op == "authorize" ? "the client built no authorization URL"
                                                     : "the client did not accept a valid callback";
    const std::string words =
        step->err_message.empty() ? step->err_kind : step->err_kind + ": " + step->err_message;
    const bool lost = step->op == "callback" && refusal.empty() && !AskedForToken(journal);
    return with_refusal(
        fmt::format("{} ({}){}", what, words, lost ? "; no token request came to the mock" : ""));
  }
  if (!played.notes.empty()) return with_refusal(played.notes.front());
  if (ExchangedItsCode(journal)) return "";
  if (!refusal.empty()) return "the client said that the login worked, but " + refusal;
  return "the client said that the login worked, but it exchanged no code: the mock saw no token "
         "request that succeeded";
}

// The key of the configuration whose command could not be started; "" when all could.
std::string KeyOfCommand(const PlayedCase& played, const ClientIdentity& client) {
  const bool spawned = !played.driver_error || played.driver_error->code != "driver.spawn" ||
                       !played.driver_error->message.starts_with("cannot run ");
  if (spawned) return "";
  if (client.configured_kind != "process") return "`command`";
  const std::string& step = played.broken_step;
  return fmt::format("`{}.command`", step.empty() ? "serve" : step == "call" ? "call" : "login");
}

std::string CureInConfiguration(const std::string& cure, const PlayedCase& played,
                                const ClientIdentity& client) {
  const std::string key = KeyOfCommand(played, client);
  if (cure == kCheckPaths || (cure.empty() && !key.empty())) {
    return fmt::format(
        "check the paths{}; they are relative to the configuration's folder, or to its "
        "`directory`",
        key.empty() ? "" : " in " + key);
  }
  return key.empty() ? cure : fmt::format("{} (it stands in {})", cure, key);
}

}  // namespace

KnownCause CauseOf(std::string_view words) {
  for (const CauseRow& row : kCauses) {
    const std::size_t at = words.find(row.words);
    if (at == std::string_view::npos) continue;
    std::string cause(row.cause);
    if (!row.name_until.empty()) {
      std::string_view name = words.substr(at + row.words.size());
      name = name.substr(0, name.find_first_of(row.name_until));
      cause.replace(cause.find("{}"), 2, name);
    }
    return {std::move(cause), std::string(row.cure)};
  }
  return {};
}

PreflightFailure StartFailure(const std::string& what, const std::string& printed) {
  PreflightFailure failure;
  failure.started = false;
  failure.what = what;
  failure.printed = Tail(printed);
  const KnownCause known = CauseOf(printed + "\n" + what);
  failure.cause = known.cause;
  failure.cure = known.cure;
  return failure;
}

std::optional<PreflightFailure> RunPreflight(const PlayerContext& context,
                                             const ClientIdentity& client) {
  mock::Scenario login = PlainLogin();
  mock::Step call = StepOf("call");
  call.path = "/accounts";
  // A configuration of the user's names a page for the call, too, which may not fit.
  if (context.driver.IsConfigured() && CanPlay(call, client)) login.steps.push_back(call);
  if (!WhyUnplayable(login, client).empty()) return std::nullopt;
  const PlayedCase played = PlayCase(context, login);
  std::string why;
  if (context.driver.IsConfigured()) why = WhyConfigurationDoesNotFit(played);
  if (!why.empty()) why = "the configuration does not fit the application: " + why;
  if (why.empty()) why = WhyNoLogin(played);
  if (why.empty()) return std::nullopt;
  PreflightFailure failure =
      StartFailure(RedactedFor(played, why), RedactedFor(played, played.stderr_text));
  failure.started = true;
  if (!client.configured_kind.empty())
    failure.cure = CureInConfiguration(failure.cure, played, client);
  failure.interrupted = played.driver_error && played.driver_error->code == "driver.interrupted";
  return failure;
}

std::string PreflightMessage(const PreflightFailure& failure, const std::string& driver) {
  std::string text = fmt::format("preflight failed, no case was played: {}\n", failure.what);
  const auto add = [&](std::string_view name, const std::string& words) {
    if (words.empty()) return;
    std::string indented;
    for (const char c : words) {
      indented += c;
      if (c == '\n') indented += std::string(11, ' ');
    }
    text += fmt::format("  {:9}{}\n", name, indented);
  };
  add("tried", (failure.started ? "one plain login with: " : "to start: ") + driver);
  add("printed", failure.printed.empty() ? "nothing to standard error" : failure.printed);
  add("cause", failure.cause);
  add("cure", failure.cure);
  if (failure.started) add("or", "--no-preflight plays the catalogue all the same");
  text.pop_back();
  return text;
}

}  // namespace aweber::conformance
