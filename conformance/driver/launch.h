// Launch: what the configurations of the prompt and webapp drivers have in common.
//
// Purpose: how a program is started for a case, what it is told and by which files and variables,
//   what it claims, and how its words become kinds of errors.
// Ownership, thread safety: plain values; the functions touch the files of one case.
// Errors: reading: Error{"yaml.*"} with the place. Playing: Error{"driver.config"}.
// Source: docs/drivers.md.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text/json.h"
#include "base/text/yaml.h"
#include "conformance/browser/pattern.h"
#include "conformance/browser/tamper.h"
#include "conformance/driver/driver.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {

// A file that is written into the case's directory before the program starts.
struct FileTemplate {
  std::string to;  // below ${dir}
  std::string text;
  bool copied = false;  // `text` is another file's: no template
  int mode = 0755;
  // Literal texts of `text` and the templates that take their place.
  std::vector<std::pair<std::string, std::string>> replace;
};

// Words on a page or on the terminal, and the err.kind that they mean.
struct ErrorWords {
  Pattern text;
  std::string kind;
};

struct Launch {
  std::string name, version, language;
  std::vector<std::string> command;  // words, each a template; empty: nothing is started
  std::string directory;             // a template; where the command runs
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<FileTemplate> files;
  bool proxy = false;                        // AWeber's addresses, or others, are built in
  std::vector<mock::ProxyHost> proxy_hosts;  // which others
  std::vector<mock::Rule> replies;  // after the scenario's: what the API says beside AWeber's own
  std::string redirect_uri;         // built in; "" when it is told
  Json features = Json::object();
  std::vector<ErrorWords> errors;
};

// Reads one configuration file: its keys in order, the place of whatever is wrong.
class ConfigReader {
 public:
  ConfigReader(const YamlDocument& document, std::vector<std::string> names);

  // The keys of Launch. `reader` is at the document's root.
  Result<Launch> ReadLaunch(YamlMapReader& reader) const;
  // A string in which only the known ${names} stand.
  std::optional<std::string> Template(YamlMapReader& reader, std::string_view key) const;
  std::optional<Pattern> Regex(YamlMapReader& reader, std::string_view key) const;
  // What is wrong with a template; "" when nothing is.
  std::string TemplateProblem(const std::string& text) const;
  Status CheckTemplate(YamlMark mark, const std::string& text) const;
  const YamlDocument& document() const { return document_; }

 private:
  Result<FileTemplate> ReadFileTemplate(const YamlNode& node) const;
  Result<ErrorWords> ReadErrorWords(const YamlNode& node) const;
  Result<Json> ReadClaims(const YamlNode* node) const;
  Status ReadWorld(YamlMapReader& reader, Launch& launch) const;

  const YamlDocument& document_;
  Variables dummies_;
  std::string folder_;  // of the configuration file
};

// The names that every template may use: what `open` tells a driver, the case's directory, and the
// addresses of the mock's certificate authority and proxy.
std::vector<std::string> CaseNames();

// What the client says of itself, from its configuration.
Result<ClientIdentity> IdentityOf(const Launch& launch, std::string_view kind);

// One case of a client that was configured by `launch`.
struct LaunchedCase {
  std::string name;     // of the case and its space
  Variables variables;  // by CaseNames()
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> argv;
  std::string directory;
};

// Fills in what `open` told, starts the case's proxy when one is needed, and writes the files.
// `further`: names of the driver's own. `scratch`: an existing directory of the run.
Result<LaunchedCase> PrepareCase(const Launch& launch, const Json& open, mock::MockServer& server,
                                 const std::string& ca_file, const std::string& scratch,
                                 const Variables& further = {});

// `url`, as the program gave it, where the runner's browser finds it.
// `authorize_url`: the case's.
std::string PublicUrl(const Launch& launch, const std::string& url,
                      const std::string& authorize_url);

// The kind that `words` mean; "other" when none is configured.
std::string KindOfWords(const Launch& launch, const std::string& words);

// Replies.
Reply OkReply(Json members = Json::object());
Reply ErrReply(std::string kind, std::string message, Json more = Json::object());
Reply UnsupportedReply(std::string feature);

}  // namespace aweber::conformance
