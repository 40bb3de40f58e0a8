#include "mockserver/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <variant>

#include "base/text/json.h"
#include "base/text/nearest_word.h"
#include "base/text/yaml.h"

namespace aweber::mock {
namespace {

using Member = std::variant<std::int64_t Settings::*, bool Settings::*, std::string Settings::*>;

struct Row {
  SettingInfo info;
  Member member;
};

Row Seconds(const char* name, std::int64_t Settings::*member, const char* meaning,
            const char* provenance) {
  return {{name, "seconds", {}, meaning, provenance}, member};
}
Row Boolean(const char* name, bool Settings::*member, const char* meaning, const char* provenance) {
  return {{name, "boolean", {}, meaning, provenance}, member};
}
Row OneOf(const char* name, std::string Settings::*member, std::vector<std::string> values,
          const char* meaning, const char* provenance) {
  return {{name, "one of", std::move(values), meaning, provenance}, member};
}

const std::vector<Row>& Rows() {
  using S = Settings;
  static const std::vector<Row> kRows = {
      Seconds("access_token_ttl", &S::access_token_ttl,
              "lifetime of an access token; the guide says 3600, help and reference say 7200",
              "guide, help, reference"),
      Seconds("code_ttl", &S::code_ttl, "lifetime of an authorization code", "assumed"),
      Seconds("refresh_token_ttl", &S::refresh_token_ttl,
              "lifetime of a refresh token; 0: it does not expire", "assumed"),
      Seconds("clock_skew", &S::clock_skew, "how long after its expiry a token is still accepted",
              "assumed"),
      OneOf("bad_code_error", &S::bad_code_error, {"invalid_request", "invalid_grant"},
            "error code for a bad code or refresh token", "plugin, samples"),
      Boolean("rotate_refresh_token", &S::rotate_refresh_token,
              "a refresh returns a new refresh token and ends the old one", "third-party"),
      Boolean("return_refresh_token", &S::return_refresh_token,
              "token replies carry a refresh token", "guide, reference"),
      Boolean("revoke_on_code_reuse", &S::revoke_on_code_reuse,
              "a code used twice ends every token made from it (RFC 6749 §4.1.2)", "assumed"),
      Boolean("revoke_on_refresh_reuse", &S::revoke_on_refresh_reuse,
              "a refresh token used twice ends its whole family (RFC 9700 §4.14.2)", "assumed"),
      Boolean("trace_token_response", &S::trace_token_response,
              "token replies as in the reference's traces: no token_type, state echoed",
              "reference"),
      Boolean("echo_scope", &S::echo_scope, "token replies carry the granted scope", "assumed"),
      OneOf("callback_order", &S::callback_order, {"code_first", "state_first", "random"},
            "order of code and state in the callback", "guide, reference"),
      OneOf("confidential_pkce", &S::confidential_pkce, {"refuse", "allow", "require"},
            "PKCE by confidential clients", "reference"),
      OneOf("public_pkce", &S::public_pkce, {"require", "allow"}, "PKCE by public clients",
            "reference"),
      Boolean("pkce_plain", &S::pkce_plain, "the PKCE method plain is accepted", "reference"),
      OneOf("pkce_error", &S::pkce_error, {"page", "redirect"},
            "how the authorization endpoint refuses wrong use of PKCE", "reference"),
      Boolean("reject_stray_verifier", &S::reject_stray_verifier,
              "a code_verifier without a code_challenge before is refused (RFC 9700 §4.8.2)",
              "assumed"),
      Boolean("api_www_authenticate", &S::api_www_authenticate,
              "API refusals carry WWW-Authenticate (RFC 6750 §3)", "assumed"),
      OneOf("token_redirect_uri", &S::token_redirect_uri,
            {"when_sent", "required_confidential", "required"},
            "whether a token request must repeat redirect_uri (RFC 6749 §4.1.3)",
            "reference, samples"),
      OneOf("authorize_redirect_uri", &S::authorize_redirect_uri, {"required", "optional"},
            "whether an authorization request may leave redirect_uri out when one is registered",
            "guide"),
      Boolean("query_credentials", &S::query_credentials,
              "client credentials in the query of the token URL are accepted", "guide"),
      Boolean("json_token_body", &S::json_token_body, "JSON token requests are accepted",
              "samples"),
      Boolean("token_query_parameters", &S::token_query_parameters,
              "token parameters in the query are accepted", "reference"),
      Boolean("empty_secret_basic", &S::empty_secret_basic,
              "a public client may send Basic with an empty secret", "reference"),
      Boolean("several_auth_methods", &S::several_auth_methods,
              "a client may authenticate in several ways at once (RFC 6749 §2.3 forbids it)",
              "assumed"),
      Boolean("raw_basic", &S::raw_basic,
              "Basic with an id and secret that were not form-encoded first is accepted",
              "samples"),
      OneOf("no_credentials_error", &S::no_credentials_error, {"envelope", "invalid_client"},
            "answer to a token request that names no client at all", "reference"),
      Boolean("bearer_in_form", &S::bearer_in_form, "access tokens in a form body are accepted",
              "guide"),
      Boolean("bearer_in_query", &S::bearer_in_query, "access tokens in the query are accepted",
              "guide"),
      Boolean("several_token_placements", &S::several_token_placements,
              "an access token may be sent in several places at once (RFC 6750 §2 forbids it)",
              "assumed"),
      OneOf("missing_token_reply", &S::missing_token_reply, {"400", "401"},
            "status of an API request without any token", "reference, third-party"),
      Boolean("require_state", &S::require_state,
              "an authorization request without state is refused", "guide"),
      Boolean("iss_parameter", &S::iss_parameter, "callbacks carry iss (RFC 9207)", "assumed"),
      Boolean("metadata", &S::metadata,
              "the RFC 8414 document is served; else every .well-known path is 404", "third-party"),
      {{"rate_limit",
        "integer",
        {},
        "API requests of one account in rate_window before 403; 0: no limit",
        "reference, help"},
       &S::rate_limit},
      Seconds("rate_window", &S::rate_window, "length of the rate window and of the block",
              "reference, help"),
      OneOf("find_total", &S::find_total, {"link", "number", "both"},
            "how a find says how many there are: total_size_link, total_size or both", "reference"),
      OneOf("total_size_reply", &S::total_size_reply, {"integer", "object"},
            "the body for ws.show=total_size", "reference; object third-party"),
      OneOf("collection_types", &S::collection_types, {"live", "document"},
            "resource_type_link of four collections: as seen live, or as the reference writes it",
            "samples, reference"),
      OneOf("unset_members", &S::unset_members, {"null", "empty", "absent"},
            "what stands for a subscriber's member that was never set", "assumed"),
      OneOf("activity_order", &S::activity_order, {"newest_first", "oldest_first"},
            "order of a subscriber's activity", "assumed"),
      OneOf("legacy_links", &S::legacy_links, {"served", "404"},
            "links and messages of a campaign, which AWeber has removed and samples follow",
            "samples, reference"),
      OneOf("unconfirmed_delete", &S::unconfirmed_delete, {"405", "200"},
            "answer to the deletion of an unconfirmed subscriber", "samples"),
      OneOf("move_by_json", &S::move_by_json, {"accept", "refuse"},
            "moving a subscriber by a JSON body", "reference, samples"),
      OneOf("broadcast_create_status", &S::broadcast_create_status, {"200", "201"},
            "status of a broadcast's creation; 201 adds Location", "reference, samples"),
      OneOf("delete_missing_broadcast", &S::delete_missing_broadcast, {"204", "404"},
            "answer to the deletion of a broadcast that does not exist", "reference"),
      OneOf("cancel_unscheduled", &S::cancel_unscheduled, {"200", "409"},
            "answer to the cancellation of a draft", "reference"),
      OneOf("web_forms_paging", &S::web_forms_paging, {"optional", "required"},
            "ws.start and ws.size for the web forms of an account", "reference"),
      Seconds("schedule_tolerance", &S::schedule_tolerance,
              "how far in the past a broadcast may be scheduled", "samples; length assumed"),
      Seconds("purchase_delay", &S::purchase_delay, "time until a purchase shows in the activity",
              "samples; length assumed"),
      Boolean("auto_approve", &S::auto_approve,
              "the authorization endpoint answers the redirect at once, without a page", "guide"),
      Boolean("awkward_replies", &S::awkward_replies,
              "legal but awkward variations, by seed: extra members and parameters, any order",
              "assumed"),
  };
  return kRows;
}

Error Refusal(const Row& row, const Json& value, std::string wanted) {
  return Error{"settings.value",
               fmt::format("setting {}: {} is not {}", row.info.name, DumpJson(value), wanted)};
}

struct Apply {
  Settings& settings;
  const Row& row;
  const Json& value;

  Status operator()(bool Settings::*member) const {
    if (!value.is_boolean()) return Refusal(row, value, "true or false");
    settings.*member = value.get<bool>();
    return {};
  }
  Status operator()(std::int64_t Settings::*member) const {
    constexpr std::int64_t kMax = 1'000'000'000'000;
    const bool small =
        value.is_number_unsigned() ? value.get<std::uint64_t>() <= kMax : value.is_number_integer();
    if (!small || value.get<std::int64_t>() < 0) {
      return Refusal(row, value, fmt::format("a whole number from 0 to {}", kMax));
    }
    settings.*member = value.get<std::int64_t>();
    return {};
  }
  Status operator()(std::string Settings::*member) const {
    const auto& values = row.info.values;
    if (!value.is_string() ||
        std::find(values.begin(), values.end(), value.get<std::string>()) == values.end()) {
      return Refusal(row, value, fmt::format("one of {}", fmt::join(values, ", ")));
    }
    settings.*member = value.get<std::string>();
    return {};
  }
};

Status ApplyProfile(Settings& settings, const Json& value) {
  if (value.is_string()) {
    if (auto profile = ProfileFromName(value.get<std::string>())) {
      settings = SettingsFor(*profile);
      return {};
    }
  }
  return Error{
      "settings.value",
      fmt::format("setting profile: {} is not one of aweber, rfc6749, rfc9700", DumpJson(value))};
}

}  // namespace

const char* ProfileName(Profile profile) {
  switch (profile) {
    case Profile::kRfc6749:
      return "rfc6749";
    case Profile::kRfc9700:
      return "rfc9700";
    case Profile::kAWeber:
      break;
  }
  return "aweber";
}

std::optional<Profile> ProfileFromName(std::string_view name) {
  for (Profile profile : {Profile::kAWeber, Profile::kRfc6749, Profile::kRfc9700}) {
    if (name == ProfileName(profile)) return profile;
  }
  return std::nullopt;
}

Settings SettingsFor(Profile profile) {
  Settings settings;
  settings.profile = profile;
  if (profile == Profile::kAWeber) return settings;
  settings.bad_code_error = "invalid_grant";  // RFC 6749 §5.2
  settings.echo_scope = true;                 // RFC 6749 §5.1
  settings.confidential_pkce = "allow";       // RFC 7636, RFC 9700 §2.1.1
  settings.public_pkce = profile == Profile::kRfc9700 ? "require" : "allow";
  settings.pkce_error = "redirect";                  // RFC 7636 §4.4.1
  settings.api_www_authenticate = true;              // RFC 6750 §3
  settings.missing_token_reply = "401";              // RFC 6750 §3.1
  settings.token_redirect_uri = "required";          // RFC 6749 §4.1.3
  settings.authorize_redirect_uri = "optional";      // RFC 6749 §3.1.2.3
  settings.query_credentials = false;                // RFC 6749 §2.3.1
  settings.json_token_body = false;                  // RFC 6749 §3.2
  settings.token_query_parameters = false;           // RFC 6749 §3.2
  settings.several_auth_methods = false;             // RFC 6749 §2.3
  settings.raw_basic = false;                        // RFC 6749 §2.3.1
  settings.no_credentials_error = "invalid_client";  // RFC 6749 §5.2
  settings.bearer_in_query = false;                  // RFC 9700 §4.3.2
  settings.several_token_placements = false;         // RFC 6750 §2
  settings.metadata = true;                          // RFC 8414
  if (profile == Profile::kRfc9700) {
    settings.iss_parameter = true;            // RFC 9700 §2.1, RFC 9207
    settings.revoke_on_refresh_reuse = true;  // RFC 9700 §4.14.2
    settings.reject_stray_verifier = true;    // RFC 9700 §4.8.2
  }
  return settings;
}

const std::vector<SettingInfo>& AllSettings() {
  static const std::vector<SettingInfo> kInfos = [] {
    std::vector<SettingInfo> infos;
    for (const Row& row : Rows()) infos.push_back(row.info);
    return infos;
  }();
  return kInfos;
}

Status ApplySetting(Settings& settings, std::string_view name, const Json& value) {
  if (name == "profile") return ApplyProfile(settings, value);
  std::vector<std::string> names{"profile"};
  for (const Row& row : Rows()) {
    if (row.info.name == name) return std::visit(Apply{settings, row, value}, row.member);
    names.push_back(row.info.name);
  }
  const std::string near = NearestWord(name, names);
  return Error{"settings.unknown",
               fmt::format("unknown setting \"{}\"{}", name,
                           near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near))};
}

Status ApplySettings(Settings& settings, const Json& members, std::string* failed) {
  if (!members.is_object()) return {};
  for (const bool profile : {true, false}) {
    for (const auto& [name, value] : members.items()) {
      if ((name == "profile") != profile) continue;
      Status applied = ApplySetting(settings, name, value);
      if (applied.ok()) continue;
      if (failed != nullptr) *failed = name;
      return applied;
    }
  }
  return {};
}

Json SettingsToJson(const Settings& settings) {
  Json json = Json::object();
  json["profile"] = ProfileName(settings.profile);
  for (const Row& row : Rows()) {
    std::visit([&](auto member) { json[row.info.name] = settings.*member; }, row.member);
  }
  return json;
}

}  // namespace aweber::mock
