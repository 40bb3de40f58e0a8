// ParsePromptConfig: the configuration file of the prompt driver.
#include "conformance/driver/prompt_driver.h"

namespace aweber::conformance {
namespace {

// "Access token: abcdefgh", "'access_token': 'abcdefgh'".
constexpr const char* kAccessToken =
    "access[ _-]?token[^A-Za-z0-9]+([A-Za-z0-9][A-Za-z0-9._~+/=-]{7,})";

Status ReadSuccess(const ConfigReader& config, const YamlNode& node, PromptConfig& prompt) {
  YamlMapReader reader(config.document(), node, "success");
  if (const YamlNode* exit = reader.Child("exit"); exit != nullptr) {
    const bool number =
        exit->kind == YamlNode::Kind::kInt && exit->int_value >= 0 && exit->int_value <= 255;
    prompt.any_exit = exit->scalar == "any";
    if (number) prompt.exit_status = static_cast<int>(exit->int_value);
    if (!number && !prompt.any_exit) {
      reader.Fail(exit->mark, "\"exit\" must be an exit status from 0 to 255, or any");
    }
  }
  prompt.text = config.Regex(reader, "text");
  prompt.token = config.Regex(reader, "token");
  return reader.Finish();
}

}  // namespace

Result<PromptConfig> ParsePromptConfig(std::string_view text, const std::string& file) {
  const auto document = ParseYaml(text, file);
  if (!document) return document.error();
  const ConfigReader config(*document, CaseNames());
  YamlMapReader reader(*document, document->root(), "the configuration");
  PromptConfig prompt;
  reader.Require("command");
  auto launch = config.ReadLaunch(reader);
  if (!launch) return launch.error();
  prompt.launch = std::move(launch).value();
  prompt.launch.proxy = reader.Bool("proxy").value_or(true);
  prompt.url = config.Regex(reader, "url");
  prompt.types_code = reader.OneOf("type", {"url", "code"}).value_or("url") == "code";
  const YamlNode* const success = reader.Map("success");
  if (const Status good = reader.Finish(); !good) return good.error();
  if (success != nullptr) {
    if (const Status good = ReadSuccess(config, *success, prompt); !good) return good.error();
  }
  if (!prompt.text && !prompt.token) prompt.token = Pattern::Compile(kAccessToken).value();
  return prompt;
}

}  // namespace aweber::conformance
