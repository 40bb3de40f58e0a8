#include "conformance/driver/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text/json.h"
#include "base/text/nearest_word.h"

namespace aweber::conformance {
namespace {

enum class MemberType { kString, kInteger };

struct RequiredMember {
  std::string_view op;
  std::string_view name;
  MemberType type;
};

// What `ok` must carry, by operation. The members of `hello` are read by ReadHello.
constexpr RequiredMember kRequiredMembers[] = {
    {"authorize", "url", MemberType::kString},
    {"call", "status", MemberType::kInteger},
    {"token", "access_token", MemberType::kString},
};

DriverLine Broken(std::string problem) {
  DriverLine line;
  line.kind = DriverLine::Kind::kBroken;
  line.problem = std::move(problem);
  return line;
}

// "" for a kind that the protocol has. Another one could be compared with nothing.
std::string UnknownKind(const std::string& kind) {
  const auto& kinds = ErrorKinds();
  if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return "";
  const std::string nearest = NearestWord(kind, {kinds.begin(), kinds.end()});
  if (!nearest.empty()) {
    return fmt::format("unknown err.kind \"{}\"; did you mean \"{}\"?", Excerpt(kind, 40), nearest);
  }
  return fmt::format("unknown err.kind \"{}\"; use one of {}", Excerpt(kind, 40),
                     fmt::join(kinds, ", "));
}

// Fills `reply` from its one outcome member; the problem in words, "" when there is none.
std::string ReadOutcome(const Json& message, Reply& reply) {
  std::vector<std::string_view> found;
  for (const std::string_view name : {"ok", "err", "unsupported"}) {
    if (message.contains(std::string(name))) found.push_back(name);
  }
  if (found.empty()) return "it has none of \"ok\", \"err\" and \"unsupported\"";
  if (found.size() > 1) {
    return fmt::format("it has both \"{}\" and \"{}\"; exactly one is allowed", found[0], found[1]);
  }
  const Json& content = message.at(std::string(found[0]));
  if (!content.is_object()) {
    return fmt::format("\"{}\" is {}, not an object", found[0], content.type_name());
  }
  if (found[0] == "ok") {
    reply.kind = Reply::Kind::kOk;
    reply.ok = content;
  } else if (found[0] == "err") {
    const auto kind = JsonString(content, "kind");
    if (!kind) return "\"err\" has no string \"kind\"";
    if (std::string problem = UnknownKind(*kind); !problem.empty()) return problem;
    reply.kind = Reply::Kind::kErr;
    reply.err = content;
    reply.err_kind = *kind;
    reply.err_message = JsonString(content, "message").value_or("");
  } else {
    const auto feature = JsonString(content, "feature");
    if (!feature) return "\"unsupported\" has no string \"feature\"";
    reply.kind = Reply::Kind::kUnsupported;
    reply.feature = *feature;
  }
  return "";
}

// The claimed features as "name" or "name:value"; the first that has the wrong type as an error.
Status FlattenFeatures(const Json& features, ClientIdentity& identity) {
  for (const std::string_view name :
       {"state", "persist", "iss", "revoke", "public_clients", "oob"}) {
    const Json* value = JsonMember(features, name);
    if (value == nullptr || value->is_null()) continue;
    if (!value->is_boolean()) {
      return Error{"driver.protocol", fmt::format("hello: feature \"{}\" must be true or false, "
                                                  "not {}",
                                                  name, DumpJson(*value))};
    }
    if (value->get<bool>()) identity.feature_list.emplace_back(name);
  }
  for (const std::string_view name : {"pkce", "auth", "token_transport", "refresh"}) {
    const Json* value = JsonMember(features, name);
    if (value == nullptr || value->is_null()) continue;
    const bool strings =
        value->is_array() && std::all_of(value->begin(), value->end(),
                                         [](const Json& item) { return item.is_string(); });
    if (!strings) {
      return Error{"driver.protocol", fmt::format("hello: feature \"{}\" must be an array of "
                                                  "strings, not {}",
                                                  name, DumpJson(*value))};
    }
    for (const Json& item : *value) {
      identity.feature_list.push_back(fmt::format("{}:{}", name, item.get<std::string>()));
    }
  }
  if (const Json* value = JsonMember(features, "concurrent"); value != nullptr) {
    const auto number = JsonInt(features, "concurrent");
    if (!number || *number < 1 || *number > 1024) {
      return Error{"driver.protocol",
                   fmt::format("hello: feature \"concurrent\" must be an integer from 1 to 1024, "
                               "not {}",
                               DumpJson(*value))};
    }
    identity.concurrent = static_cast<int>(*number);
    if (*number > 1) identity.feature_list.push_back(fmt::format("concurrent:{}", *number));
  }
  return {};
}

}  // namespace

std::string EncodeRequest(std::int64_t id, std::string_view op, const Json& members) {
  Json message = Json::object();
  message["id"] = id;
  message["op"] = std::string(op);
  for (const auto& [name, value] : members.items()) message[name] = value;
  return DumpJson(message);
}

DriverLine ReadDriverLine(std::string_view text) {
  const auto parsed = ParseJson(text, {.max_bytes = kMaxLineBytes});
  if (!parsed) {
    if (parsed.error().code != "json.invalid") {
      return Broken(fmt::format("a line is not acceptable JSON ({}): {}", parsed.error().message,
                                Excerpt(text)));
    }
    DriverLine line;
    line.problem = parsed.error().message;
    return line;
  }
  const Json& message = *parsed;
  if (!message.is_object()) {
    return Broken(fmt::format("a line is JSON but not an object: {}", Excerpt(text)));
  }
  const auto id = JsonInt(message, "id");
  if (!id) return Broken(fmt::format("a reply has no integer \"id\": {}", Excerpt(text)));
  DriverLine line;
  line.kind = DriverLine::Kind::kReply;
  line.id = *id;
  const std::string problem = ReadOutcome(message, line.reply);
  if (!problem.empty()) {
    return Broken(fmt::format("the reply with id {} breaks the contract: {}: {}", *id, problem,
                              Excerpt(text)));
  }
  return line;
}

Status CheckReplyMembers(std::string_view op, const Reply& reply) {
  if (reply.kind != Reply::Kind::kOk) return {};
  for (const RequiredMember& member : kRequiredMembers) {
    if (member.op != op) continue;
    const bool good = member.type == MemberType::kString
                          ? JsonString(reply.ok, member.name).has_value()
                          : JsonInt(reply.ok, member.name).has_value();
    if (!good) {
      return Error{"driver.protocol",
                   fmt::format("the reply to \"{}\" has no {} \"{}\" in \"ok\": {}", op,
                               member.type == MemberType::kString ? "string" : "integer",
                               member.name, Excerpt(DumpJson(reply.ok)))};
    }
  }
  return {};
}

Result<ClientIdentity> ReadHello(const Reply& reply) {
  if (reply.kind == Reply::Kind::kErr) {
    return Error{"driver.protocol", fmt::format("hello was refused: {} {}", reply.err_kind,
                                                Excerpt(reply.err_message))};
  }
  if (reply.kind == Reply::Kind::kUnsupported) {
    return Error{"driver.protocol",
                 "hello was answered with \"unsupported\"; every driver must "
                 "answer it with \"ok\""};
  }
  const auto protocol = JsonInt(reply.ok, "protocol");
  if (!protocol || *protocol != kProtocolVersion) {
    const Json* said = JsonMember(reply.ok, "protocol");
    return Error{"driver.protocol",
                 fmt::format("hello: \"protocol\" must be {}, not {}", kProtocolVersion,
                             said == nullptr ? "absent" : DumpJson(*said))};
  }
  const Json* client = JsonMember(reply.ok, "client");
  if (client == nullptr || !JsonString(*client, "name")) {
    return Error{"driver.protocol",
                 "hello: \"client\" must be an object with at least a string \"name\""};
  }
  ClientIdentity identity;
  identity.name = *JsonString(*client, "name");
  identity.version = JsonString(*client, "version").value_or("");
  identity.language = JsonString(*client, "language").value_or("");
  if (const Json* features = JsonMember(reply.ok, "features"); features != nullptr) {
    if (!features->is_object()) {
      return Error{"driver.protocol", "hello: \"features\" must be an object"};
    }
    identity.features = *features;
    const Status flat = FlattenFeatures(*features, identity);
    if (!flat) return flat.error();
  }
  return identity;
}

const std::vector<std::string_view>& ErrorKinds() {
  static const std::vector<std::string_view> kinds = {"state_mismatch",
                                                      "issuer_mismatch",
                                                      "provider_error",
                                                      "invalid_response",
                                                      "unsupported_token_type",
                                                      "reauthorize",
                                                      "http",
                                                      "network",
                                                      "tls",
                                                      "timeout",
                                                      "internal",
                                                      "other"};
  return kinds;
}

std::string Excerpt(std::string_view line, std::size_t limit) {
  std::string shown;
  for (const char c : line) {
    if (shown.size() >= limit) return shown + "...";
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      shown += c;
    } else {
      shown += fmt::format("\\x{:02x}", byte);
    }
  }
  return shown;
}

std::string SecondsText(Micros duration) {
  return fmt::format("{:.3g} s", std::chrono::duration<double>(duration).count());
}

bool ClientIdentity::Claims(std::string_view feature) const {
  const std::size_t colon = feature.find(':');
  if (feature.substr(0, colon) == "concurrent") {
    int wanted = 2;
    if (colon != std::string_view::npos) {
      std::from_chars(feature.data() + colon + 1, feature.data() + feature.size(), wanted);
    }
    return concurrent >= wanted;
  }
  return std::any_of(feature_list.begin(), feature_list.end(), [&](const std::string& claimed) {
    if (claimed == feature) return true;
    // A bare name asks for any value: "pkce" is claimed by "pkce:S256".
    return colon == std::string_view::npos && claimed.size() > feature.size() &&
           claimed.starts_with(feature) && claimed[feature.size()] == ':';
  });
}

}  // namespace aweber::conformance
