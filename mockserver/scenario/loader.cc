#include "mockserver/scenario/loader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <future>
#include <set>

#include "base/crypto/crypto.h"
#include "base/os/file.h"
#include "base/text/nearest_word.h"
#include "mockserver/scenario/parse.h"
#include "mockserver/settings.h"

namespace aweber::mock {
namespace {

using internal::Misplaced;

const std::vector<std::string> kFeatures = {"state",
                                            "pkce:S256",
                                            "auth:basic",
                                            "auth:body",
                                            "auth:query",
                                            "token_transport:header",
                                            "token_transport:body",
                                            "token_transport:query",
                                            "refresh",
                                            "refresh:manual",
                                            "refresh:on_expiry",
                                            "refresh:on_401",
                                            "persist",
                                            "iss",
                                            "revoke",
                                            "public_clients",
                                            "oob",
                                            "tls",
                                            "webapp",
                                            "real_browser",
                                            "processes",
                                            "traced",
                                            "faketime",
                                            "concurrent:2",
                                            "concurrent:8"};
const std::vector<std::string> kProfiles = {"aweber", "rfc6749", "rfc9700"};

bool IsIdSegment(std::string_view segment) {
  if (segment.empty()) return false;
  return std::all_of(segment.begin(), segment.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Segments of letters, digits and '-', joined by '/'.
bool IsId(std::string_view id) {
  while (true) {
    std::size_t slash = id.find('/');
    if (!IsIdSegment(id.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    id.remove_prefix(slash + 1);
  }
}

Status CheckWords(const YamlDocument& document, const YamlNode& root, std::string_view key,
                  std::string_view what, const std::vector<std::string>& words,
                  const std::vector<std::string>& known) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (std::find(known.begin(), known.end(), words[i]) != known.end()) continue;
    const YamlNode* list = root.Find(key);
    YamlMark mark = list->items.empty() ? list->mark : list->items[i].mark;
    return internal::UnknownWord(document, mark, what, words[i], known);
  }
  return {};
}

Status CheckId(const YamlDocument& document, const YamlNode& root, const Scenario& scenario,
               const std::string& hint) {
  YamlMark mark = root.Find("id")->mark;
  if (!IsId(scenario.id)) {
    return Misplaced(
        document, mark,
        fmt::format("id \"{}\" must be segments of letters, digits and \"-\" joined by \"/\"",
                    scenario.id));
  }
  if (!hint.empty() && hint != scenario.id) {
    return Misplaced(
        document, mark,
        fmt::format("id \"{}\" differs from the file's path; write \"{}\"", scenario.id, hint));
  }
  return {};
}

// A pass must mean that something happened: whoever forbids must say what must be seen first, and
// name the scenario that shows that the same client does well when all is well.
Status CheckHonest(const YamlDocument& document, const YamlNode& root, const Scenario& scenario) {
  const Expectation& expect = scenario.expect;
  bool refuses = std::any_of(expect.client.begin(), expect.client.end(),
                             [](const ClientExpectation& e) { return e.is == "refused"; });
  if (expect.never.empty() && !refuses) return {};
  const YamlNode* place = root.Find("expect");
  if (scenario.control.empty()) {
    return Misplaced(document, place->mark,
                     "a scenario that forbids or expects a refusal needs a positive \"control\"");
  }
  if (expect.requirements.empty()) {
    return Misplaced(document, place->mark,
                     "a scenario that forbids or expects a refusal must say what it \"requires\" "
                     "to be seen first");
  }
  return {};
}

Status CheckGates(const YamlDocument& document, const Scenario& scenario) {
  std::vector<std::string> gates;
  for (const Rule& rule : scenario.server.rules) {
    for (const Fault& fault : rule.then) {
      if (fault.kind == FaultKind::kGate) gates.push_back(fault.gate);
    }
  }
  for (const Step* step : internal::Flatten(scenario.steps)) {
    const std::string& gate = step->op == "release" ? step->gate : step->when_held;
    if (gate.empty() || std::find(gates.begin(), gates.end(), gate) != gates.end()) continue;
    return internal::UnknownWord(document, {step->line, 1}, "gate", gate, gates);
  }
  return {};
}

// A rule that waits for a step which is never played would act on nothing.
Status CheckDuring(const YamlDocument& document, const YamlNode& root, const Scenario& scenario) {
  std::vector<std::string> labels;
  for (const Step* step : internal::Flatten(scenario.steps)) labels.push_back(step->label);
  for (const Rule& rule : scenario.server.rules) {
    if (rule.during.empty()) continue;
    if (std::find(labels.begin(), labels.end(), rule.during) != labels.end()) continue;
    const YamlNode* const server = root.Find("server");
    return internal::UnknownWord(document, server != nullptr ? server->mark : root.mark, "step",
                                 rule.during, labels);
  }
  return {};
}

void ReadLimits(const YamlDocument& document, const YamlNode* node, YamlMapReader& outer,
                ScenarioLimits& out, Status& status) {
  if (node == nullptr) return;
  YamlMapReader reader(document, *node, "limits");
  out.operation = reader.Duration("operation").value_or(out.operation);
  out.whole = reader.Duration("whole").value_or(out.whole);
  status = reader.Finish();
  if (status.ok() && (out.operation <= Micros(0) || out.whole < out.operation)) {
    outer.Fail(node->mark, "limits must be more than 0, and whole at least operation");
  }
}

Result<Scenario> ReadScenario(const YamlDocument& document, const YamlNode& root,
                              const std::string& hint) {
  Scenario scenario;
  scenario.file = document.file();
  YamlMapReader reader(document, root, "the scenario");
  for (const char* key : {"id", "title", "why"}) reader.Require(key);
  scenario.id = reader.String("id").value_or("");
  scenario.title = reader.String("title").value_or("");
  scenario.why = reader.String("why").value_or("");
  scenario.tags = reader.StringList("tags");
  scenario.spec = reader.StringList("spec");
  scenario.needs = reader.StringList("needs");
  scenario.profiles = reader.StringList("profiles");
  scenario.control = reader.String("control").value_or("");
  const YamlNode* server = reader.Map("server");
  const YamlNode* steps = reader.Child("steps");
  const YamlNode* expect = reader.Map("expect");
  Status limits;
  ReadLimits(document, reader.Map("limits"), reader, scenario.limits, limits);
  if (Status status = reader.Finish(); !status.ok()) return status.error();
  if (!limits.ok()) return limits.error();
  if (expect != nullptr && steps == nullptr) {
    return Misplaced(document, expect->mark, "expect without steps: nothing would happen");
  }
  std::vector<Status> parts;
  parts.push_back(CheckId(document, root, scenario, hint));
  parts.push_back(CheckWords(document, root, "needs", "feature", scenario.needs, kFeatures));
  parts.push_back(CheckWords(document, root, "profiles", "profile", scenario.profiles, kProfiles));
  if (server != nullptr) parts.push_back(internal::ReadServer(document, *server, scenario.server));
  if (steps != nullptr) parts.push_back(internal::ReadSteps(document, *steps, scenario.steps));
  for (const Status& part : parts) {
    if (!part.ok()) return part.error();
  }
  YamlNode nothing;
  nothing.kind = YamlNode::Kind::kMap;
  if (Status s = internal::ReadExpectation(document, expect != nullptr ? *expect : nothing,
                                           scenario.steps, scenario.expect);
      !s.ok()) {
    return s.error();
  }
  if (Status s = CheckGates(document, scenario); !s.ok()) return s.error();
  if (Status s = CheckDuring(document, root, scenario); !s.ok()) return s.error();
  if (Status s = CheckHonest(document, root, scenario); !s.ok()) return s.error();
  return scenario;
}

// "scenarios/callback/ok.yaml" below "scenarios" is "callback/ok".
std::string IdOfPath(const std::string& path, const std::string& directory) {
  std::string below = path.substr(directory.size());
  below.erase(0, below.find_first_not_of('/'));
  return below.substr(0, below.size() - std::string_view(".yaml").size());
}

struct Collected {
  std::vector<Scenario> scenarios;
  std::vector<std::string> errors;

  void Add(std::string_view text, const std::string& file, const std::string& id) {
    Result<std::vector<Scenario>> parsed = ParseScenario(text, file, id);
    if (!parsed.ok()) {
      errors.push_back(parsed.error().message);
      return;
    }
    for (Scenario& scenario : *parsed) scenarios.push_back(std::move(scenario));
  }
  void Append(Collected more) {
    for (Scenario& scenario : more.scenarios) scenarios.push_back(std::move(scenario));
    for (std::string& error : more.errors) errors.push_back(std::move(error));
  }
};

// Controls exist and are positive; built-in ones may be named from anywhere.
void CheckControls(Collected& all) {
  std::set<std::string> positive, any;
  for (const Scenario& scenario : all.scenarios) {
    any.insert(FileId(scenario.id));
    if (scenario.control.empty()) positive.insert(FileId(scenario.id));
  }
  std::vector<std::string> known(positive.begin(), positive.end());
  for (const EmbeddedFile& file : EmbeddedScenarioFiles()) {
    std::string id = IdOfPath(std::string(file.path), "");
    if (!any.contains(id)) known.push_back(id);
  }
  std::set<std::string> told;
  for (const Scenario& scenario : all.scenarios) {
    const std::string& control = scenario.control;
    if (control.empty() || std::find(known.begin(), known.end(), control) != known.end()) continue;
    if (!told.insert(scenario.file).second) continue;
    if (any.contains(control)) {
      all.errors.push_back(
          fmt::format("{}: control \"{}\" has a control itself; name a positive "
                      "scenario",
                      scenario.file, control));
      continue;
    }
    std::string nearest = NearestWord(control, known);
    all.errors.push_back(fmt::format(
        "{}: control \"{}\" does not exist{}", scenario.file, control,
        nearest.empty() ? "; name a positive scenario" : "; did you mean \"" + nearest + "\"?"));
  }
}

Result<std::vector<Scenario>> Finish(Collected all) {
  CheckControls(all);
  if (!all.errors.empty()) {
    return Error{"scenario.invalid", fmt::format("{}", fmt::join(all.errors, "\n"))};
  }
  std::stable_sort(
      all.scenarios.begin(), all.scenarios.end(),
      [](const Scenario& a, const Scenario& b) { return FileId(a.id) < FileId(b.id); });
  return std::move(all.scenarios);
}

}  // namespace

Result<std::vector<Scenario>> ParseScenario(std::string_view text, const std::string& file,
                                            const std::string& id_hint) {
  Result<YamlDocument> document = ParseYaml(text, file);
  if (!document.ok()) return document.error();
  return ParseScenario(*document, text, id_hint);
}

Result<std::vector<Scenario>> ParseScenario(const YamlDocument& document, std::string_view text,
                                            const std::string& id_hint) {
  if (document.root().kind != YamlNode::Kind::kMap) {
    return Misplaced(document, document.root().mark,
                     fmt::format("a scenario file must be a map, not {}",
                                 YamlNode::KindName(document.root().kind)));
  }
  Result<std::vector<internal::Variant>> variants = internal::ExpandMatrix(document);
  if (!variants.ok()) return variants.error();
  std::vector<Scenario> scenarios;
  const std::string digest = HexLower(Sha256(text));
  for (const internal::Variant& variant : *variants) {
    Result<Scenario> scenario = ReadScenario(document, variant.root, id_hint);
    if (!scenario.ok()) return scenario.error();
    scenario->digest = digest;
    scenario->variant = variant.name;
    if (!variant.name.empty()) scenario->id += fmt::format("[{}]", variant.name);
    scenarios.push_back(*std::move(scenario));
  }
  return scenarios;
}

Status CheckNamedChecks(const std::vector<Scenario>& scenarios,
                        const std::vector<std::string>& known) {
  for (const Scenario& scenario : scenarios) {
    for (const std::string& id : scenario.expect.checks) {
      if (std::find(known.begin(), known.end(), id) != known.end()) continue;
      const std::string hint = SuggestId(id, known);
      return Error{"scenario.check", fmt::format("{}: there is no check '{}'{}{}", scenario.file,
                                                 id, hint.empty() ? "" : "; ", hint)};
    }
  }
  return {};
}

Result<std::vector<std::string>> ListScenarioFiles(const std::string& directory) {
  Result<std::vector<std::string>> files = ListFiles(directory, ".yaml");
  if (files.ok() && files->size() > kMaxScenarioFiles) {
    return Error{"scenario.limit",
                 fmt::format("{}: there are {} scenario files, more than {}; name a folder with "
                             "fewer",
                             directory, files->size(), kMaxScenarioFiles)};
  }
  return files;
}

Result<std::vector<Scenario>> LoadScenarioDirectory(const std::string& directory) {
  Result<std::vector<std::string>> files = ListScenarioFiles(directory);
  if (!files.ok()) return files.error();
  Collected all;
  const Result<std::vector<std::string>> misnamed = ListFiles(directory, ".yml");
  if (!misnamed.ok()) return misnamed.error();
  for (const std::string& path : *misnamed) {
    all.errors.push_back(path + ": a scenario's file ends in .yaml; rename it");
  }
  for (const std::string& path : *files) {
    std::string id = IdOfPath(path, directory);
    if (id == "guide") continue;  // the map from the guide's sentences to scenarios
    Result<std::string> text = ReadFile(path, YamlLimits{}.max_bytes + 1);
    if (!text.ok()) {
      all.errors.push_back(text.error().message);
      continue;
    }
    all.Add(*text, path, id);
  }
  return Finish(std::move(all));
}

// Parsing is most of what a program does to start, so two threads share it.
Result<std::vector<Scenario>> BuiltInScenarios() {
  const std::vector<EmbeddedFile>& files = EmbeddedScenarioFiles();
  const auto parse = [&files](std::size_t begin, std::size_t end) {
    Collected some;
    for (std::size_t i = begin; i < end; ++i) {
      const std::string path(files[i].path);
      some.Add(files[i].text, "scenarios/" + path, IdOfPath(path, ""));
    }
    return some;
  };
  // The default policy: where no thread can be had, get() does the work.
  std::future<Collected> rest = std::async(parse, files.size() / 2, files.size());
  Collected all = parse(0, files.size() / 2);
  all.Append(rest.get());
  return Finish(std::move(all));
}

Result<std::vector<Scenario>> FindBuiltInScenario(const std::string& id) {
  std::string file_id = FileId(id);
  std::vector<std::string> known;
  for (const EmbeddedFile& file : EmbeddedScenarioFiles()) {
    known.push_back(IdOfPath(std::string(file.path), ""));
    if (known.back() != file_id) continue;
    Result<std::vector<Scenario>> found =
        ParseScenario(file.text, "scenarios/" + std::string(file.path), file_id);
    if (!found.ok() || id == file_id) return found;
    std::vector<std::string> variants;
    for (Scenario& scenario : *found) {
      variants.push_back(scenario.id);
      if (scenario.id == id) return std::vector<Scenario>{std::move(scenario)};
    }
    return Error{"scenario.unknown", fmt::format("scenario \"{}\" has no such variant; it has {}",
                                                 id, fmt::join(variants, ", "))};
  }
  std::string nearest = NearestWord(file_id, known);
  return Error{"scenario.unknown",
               fmt::format("there is no scenario \"{}\"{}", id,
                           nearest.empty() ? "; `scenarios` lists them"
                                           : "; did you mean \"" + nearest + "\"?")};
}

}  // namespace aweber::mock
