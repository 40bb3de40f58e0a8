// Settings: the named switches of the mock, one per known conflict about what AWeber does.
//
// Purpose: a profile sets them all; scenarios, configuration and the admin API change single ones
//   by name. docs/fidelity.md has a row per switch with its provenance; a test holds the two
//   together.
// Thread safety: a plain value. Units: seconds. Errors: ApplySetting names the switch, the values
//   it takes and the nearest name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text/json_fwd.h"

namespace aweber::mock {

enum class Profile { kAWeber, kRfc6749, kRfc9700 };
const char* ProfileName(Profile profile);  // "aweber", "rfc6749", "rfc9700"
std::optional<Profile> ProfileFromName(std::string_view name);

struct Settings {
  Profile profile = Profile::kAWeber;
  // Lifetimes in seconds; 0 for a refresh token means it does not expire.
  std::int64_t access_token_ttl = 3600;  // guide; 7200 by help and reference
  std::int64_t code_ttl = 600;           // assumed
  std::int64_t refresh_token_ttl = 0;    // assumed
  std::int64_t clock_skew = 0;
  std::string bad_code_error = "invalid_request";  // plugin; rfc: invalid_grant
  bool rotate_refresh_token = true;                // third-party
  bool return_refresh_token = true;
  bool revoke_on_code_reuse = true;      // RFC 6749 §4.1.2
  bool revoke_on_refresh_reuse = false;  // RFC 9700 §4.14.2
  bool trace_token_response = false;     // no token_type, echoes state
  bool echo_scope = false;
  std::string callback_order = "code_first";  // state_first, random
  std::string confidential_pkce = "refuse";   // allow, require
  std::string public_pkce = "require";        // allow
  bool pkce_plain = false;
  bool api_www_authenticate = false;
  // Whether the token request must repeat the redirect_uri of the authorization request
  // (RFC 6749 §4.1.3). What is sent must match in any case.
  //   when_sent: may be left out · required_confidential: confidential clients must send it
  //   (reference) · required: everyone must.
  std::string token_redirect_uri = "required_confidential";
  std::string authorize_redirect_uri = "required";  // optional: when one is registered (§3.1.2.3)
  bool query_credentials = true;                    // guide
  bool json_token_body = true;                      // tolerated
  bool token_query_parameters = true;               // tolerated
  bool empty_secret_basic = true;                   // public client, Basic base64(id:)
  bool several_auth_methods = true;                 // tolerated; RFC 6749 §2.3 forbids
  bool raw_basic = true;                            // accept unencoded id and secret in Basic
  bool bearer_in_form = true;
  bool bearer_in_query = true;
  bool require_state = false;
  bool iss_parameter = false;                     // RFC 9207
  bool metadata = false;                          // RFC 8414 document; AWeber: 404 (third-party)
  std::string pkce_error = "page";                // how authorize refuses PKCE use; redirect
  bool reject_stray_verifier = false;             // RFC 9700 §4.8.2
  std::string no_credentials_error = "envelope";  // token endpoint; invalid_client
  std::string missing_token_reply = "400";        // API without a token; 401 (RFC 6750 §3)
  bool several_token_placements = true;           // tolerated; RFC 6750 §2 forbids
  bool awkward_replies = false;                   // honesty: legal variations, by seed
  std::int64_t rate_limit = 120;                  // requests per account in rate_window; 0: off
  std::int64_t rate_window = 60;
  // What the API does where its sources differ.
  std::string find_total = "link";               // number, both
  std::string total_size_reply = "integer";      // object
  std::string collection_types = "live";         // document
  std::string unset_members = "null";            // empty, absent
  std::string activity_order = "newest_first";   // oldest_first
  std::string legacy_links = "served";           // 404
  std::string unconfirmed_delete = "405";        // 200
  std::string move_by_json = "accept";           // refuse
  std::string broadcast_create_status = "200";   // 201
  std::string delete_missing_broadcast = "204";  // 404
  std::string cancel_unscheduled = "200";        // 409
  std::string web_forms_paging = "optional";     // required
  std::int64_t schedule_tolerance = 60;          // assumed
  std::int64_t purchase_delay = 5;               // assumed
  bool auto_approve = false;                     // authorize answers the redirect at once
};

// The profile's defaults.
Settings SettingsFor(Profile profile);

// One row per switch.
struct SettingInfo {
  std::string name;
  std::string type;                 // "seconds", "integer", "boolean", "one of"
  std::vector<std::string> values;  // for "one of"
  std::string meaning;
  std::string provenance;  // guide, reference, help, samples, plugin, third-party, assumed
};
const std::vector<SettingInfo>& AllSettings();
Status ApplySetting(Settings& settings, std::string_view name, const Json& value);
// Applies the members of the object `members`; "profile", which sets every switch, goes first
// wherever it stands. The first error ends it: `settings` is then half changed, and `failed`, when
// given, names the switch.
Status ApplySettings(Settings& settings, const Json& members, std::string* failed = nullptr);
Json SettingsToJson(const Settings& settings);

}  // namespace aweber::mock
