// Reads a body by its operation's field rows: JSON or form, into one shape.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/api/text_rules.h"

namespace aweber::mock {
namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kJsonType = "application/json";
constexpr std::size_t kMaxBody = 1'000'000;

bool IsAbsoluteUrl(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

// What is wrong with a field: its JSON type, what a text is made of, or its value.
enum class Mismatch { kType, kText, kValue };

// What one field became, or why it did not.
struct Taken {
  Json value;
  std::string problem;  // "must be ..."
  Mismatch mismatch = Mismatch::kValue;
};
Taken WrongType(std::string problem) { return {{}, std::move(problem), Mismatch::kType}; }
Taken BadText(std::string problem) { return {{}, std::move(problem), Mismatch::kText}; }
Taken Bad(std::string problem) { return {{}, std::move(problem), Mismatch::kValue}; }

constexpr const char* kNoControls = "must not contain control characters";

Taken TakeText(const Field& field, const Json& sent) {
  if (!sent.is_string()) return WrongType("must be text");
  const auto& text = sent.get_ref<const std::string&>();
  const auto length = static_cast<double>(Characters(text));
  if (length < field.min) return Bad(fmt::format("must have at least {} character", field.min));
  if (field.max > 0 && length > field.max) {
    return Bad(fmt::format("must have at most {} characters", field.max));
  }
  if (HasControls(text, field.kind == FieldKind::kLines)) return BadText(kNoControls);
  if (field.kind == FieldKind::kEmail && !LooksLikeEmail(text)) {
    return Bad("Invalid email address.");
  }
  if (field.kind == FieldKind::kLink && !text.empty() && !IsAbsoluteUrl(text)) {
    return Bad("must be an absolute URL");
  }
  if (field.kind == FieldKind::kInstant && !ParseInstant(text)) {
    return Bad("must be an ISO 8601 date and time");
  }
  return {sent, ""};
}

// A form has text alone; in JSON, a number in quotes is of another type.
Taken TakeNumber(const Field& field, Json sent, bool json) {
  if (sent.is_string() && !json) {
    const bool whole = field.kind == FieldKind::kWhole;
    const auto number = DecimalNumber(sent.get_ref<const std::string&>(), whole);
    if (!number || !std::isfinite(*number)) return WrongType("must be a number");
    sent = *number;
    if (whole && *number >= -1e15 && *number <= 1e15 &&
        *number == static_cast<double>(static_cast<std::int64_t>(*number))) {
      sent = static_cast<std::int64_t>(*number);
    }
  }
  if (!sent.is_number()) return WrongType("must be a number");
  if (field.kind == FieldKind::kWhole && !sent.is_number_integer()) {
    return WrongType("must be a whole number");
  }
  const double number = sent.get<double>();
  if (field.max > field.min && (number < field.min || number > field.max)) {
    return Bad(fmt::format("must be from {} to {}", field.min, field.max));
  }
  return {sent, ""};
}

Taken TakeFlag(const Json& sent) {
  if (sent.is_boolean()) return {sent, ""};
  if (!sent.is_string()) return WrongType("must be true or false");
  const std::string& text = sent.get_ref<const std::string&>();
  if (IsOneOf("true|True|1", text)) return {true, ""};
  if (IsOneOf("false|False|0", text)) return {false, ""};
  return Bad("must be true or false");
}

bool AllText(const Json& array) {
  return array.is_array() &&
         std::all_of(array.begin(), array.end(), [](const Json& one) { return one.is_string(); });
}

// What is wrong with the tags of an array of text; "" when nothing is.
std::string TagProblem(const Json& tags) {
  for (const Json& tag : tags) {
    const auto& text = tag.get_ref<const std::string&>();
    if (text.find_first_not_of(' ') == std::string::npos) return "must not contain an empty tag";
    if (HasControls(text, false)) return kNoControls;
  }
  return "";
}

// Arrays and objects stand in a form as JSON text, and in JSON as themselves.
Taken TakeStructure(const Field& field, Json sent, bool json) {
  if (sent.is_string() && !json) {
    auto parsed = ParseJson(sent.get_ref<const std::string&>());
    if (!parsed.ok()) return WrongType("must be JSON");
    sent = std::move(*parsed);
  }
  switch (field.kind) {
    case FieldKind::kTextMap:
      if (!sent.is_object()) return WrongType("must be an object of text");
      for (const auto& [name, value] : sent.items()) {
        if (!value.is_string() && !value.is_null()) return WrongType("must be an object of text");
        if (value.is_string() && HasControls(value.get_ref<const std::string&>(), true)) {
          return BadText(kNoControls);
        }
      }
      return {sent, ""};
    case FieldKind::kTagChange:
      if (!sent.is_object()) return WrongType("must be an object with add and remove");
      for (const auto& [name, value] : sent.items()) {
        if ((name != "add" && name != "remove") || !AllText(value)) {
          return WrongType("must be an object with add and remove, arrays of text");
        }
        if (std::string problem = TagProblem(value); !problem.empty()) {
          return BadText(std::move(problem));
        }
      }
      return {sent, ""};
    default:
      if (!AllText(sent)) return WrongType("must be an array of text");
      if (field.kind == FieldKind::kLinks) return {sent, ""};
      if (std::string problem = TagProblem(sent); !problem.empty()) {
        return BadText(std::move(problem));
      }
      return {sent, ""};
  }
}

Taken Take(const Field& field, const Json& sent, bool json) {
  switch (field.kind) {
    case FieldKind::kWhole:
    case FieldKind::kNumber:
      return TakeNumber(field, sent, json);
    case FieldKind::kFlag:
      return TakeFlag(sent);
    case FieldKind::kTextMap:
    case FieldKind::kTexts:
    case FieldKind::kTagChange:
    case FieldKind::kLinks:
      return TakeStructure(field, sent, json);
    case FieldKind::kChoice:
      if (!sent.is_string()) return WrongType("must be text");
      if (!IsOneOf(field.choices, sent.get_ref<const std::string&>())) {
        return Bad(fmt::format("must be one of {}", field.choices));
      }
      return {sent, ""};
    case FieldKind::kPublicIp:
      if (!sent.is_string()) return WrongType("must be text");
      if (std::string problem = PublicIpv4Problem(sent.get_ref<const std::string&>());
          !problem.empty()) {
        return Bad(std::move(problem));
      }
      return {sent, ""};
    default:
      return TakeText(field, sent);
  }
}

std::optional<HttpResponse> RefuseType(Call& call) {
  const Operation& operation = call.operation;
  const std::string& type = call.read.type;
  const bool form = type == kFormType && operation.body != BodyType::kJson;
  const bool json = type == kJsonType && operation.body != BodyType::kForm;
  if (form || json) return std::nullopt;
  const std::string why =
      type.empty() ? "there is no Content-Type" : fmt::format("Content-Type is \"{}\"", type);
  const std::string wanted = operation.body == BodyType::kForm ? std::string(kFormType)
                             : operation.body == BodyType::kJson
                                 ? std::string(kJsonType)
                                 : "application/json or application/x-www-form-urlencoded";
  const std::string message = "Content Type must be " + wanted;
  if (type.empty() && operation.type_problem == TypeProblem::kFormIfMissing) return std::nullopt;
  if (operation.type_problem == TypeProblem::kFormIfMissing ||
      (type.empty() && operation.type_problem == TypeProblem::kMissingIs400)) {
    return Refuse(call, "BadRequestError", message, why);
  }
  return Refuse(call, "InvalidContentType", message, why);
}

// The sent members, as JSON whatever they came in.
std::optional<HttpResponse> ReadMembers(Call& call, Json& members) {
  members = Json::object();
  if (call.read.type == kJsonType) {
    call.json_body = true;
    if (!call.read.body_problem.empty()) {
      return Refuse(call, "BadRequestError", "Invalid JSON", call.read.body_problem);
    }
    if (call.read.json.is_null() && call.exchange.request.body.empty()) return std::nullopt;
    if (!call.read.json.is_object()) {
      return Refuse(call, "InvalidTypeError", "The body must be a JSON object",
                    "the JSON body is no object");
    }
    members = call.read.json;
    return std::nullopt;
  }
  const Form form =
      call.read.type == kFormType ? call.read.form : ParseForm(call.exchange.request.body);
  if (!form.AllValid()) {
    return Refuse(call, "BadRequestError", "Invalid Character Encoding",
                  "the form has a broken escape or is not UTF-8");
  }
  for (const FormField& field : form.fields()) {
    if (!members.contains(field.name)) members[field.name] = field.value;
  }
  return std::nullopt;
}

// A member that the resource shows and this operation does not write.
bool IsReadOnly(const Operation& operation, std::string_view name) {
  const Resource* written = operation.writes == nullptr ? operation.resource : operation.writes;
  if (written == nullptr) return false;
  return name == "resource_type_link" ||
         std::any_of(written->members.begin(), written->members.end(),
                     [&](const Member& member) { return member.name == name; });
}

// AWeber's error for it, unless the field's row names one of its own: a bad address is a
// WebServiceError, another bad text a BadRequestError (reference).
std::string_view ErrorOf(const Operation& operation, const Field& field, Mismatch mismatch) {
  if (operation.closed || field.bad != "WebServiceError") return field.bad;
  if (mismatch == Mismatch::kType) return "InvalidTypeError";
  return mismatch == Mismatch::kText && field.kind != FieldKind::kEmail ? "BadRequestError"
                                                                        : field.bad;
}

std::optional<HttpResponse> CheckNames(Call& call, const Json& members) {
  for (const auto& member : members.items()) {
    const std::string& name = member.key();
    if (name == "ws.op" || name == "access_token") continue;
    const bool known = std::any_of(call.operation.fields.begin(), call.operation.fields.end(),
                                   [&](const Field& field) { return field.name == name; });
    if (known || !(call.operation.closed || IsReadOnly(call.operation, name))) continue;
    return Refuse(call, "BadRequestError", fmt::format("{}: may not be written", name),
                  fmt::format("{} is no member that this operation writes", name));
  }
  return std::nullopt;
}

}  // namespace

std::optional<HttpResponse> ReadBody(Call& call) {
  if (call.operation.body == BodyType::kNone) return std::nullopt;
  if (call.exchange.request.body.size() > kMaxBody) {
    return Refuse(
        call, "ForbiddenError", "Resource temporarily unavailable",
        fmt::format("the body has {} bytes, over {}", call.exchange.request.body.size(), kMaxBody));
  }
  if (auto refused = RefuseType(call)) return refused;
  Json members;
  if (auto refused = ReadMembers(call, members)) return refused;
  if (auto refused = CheckNames(call, members)) return refused;
  for (const Field& field : call.operation.fields) {
    const auto sent = members.find(std::string(field.name));
    if (sent == members.end() || sent->is_null()) {
      if (!field.required) continue;
      return Refuse(call, field.missing,
                    fmt::format("Missing required argument(s): {}", field.name),
                    fmt::format("{} is missing from the body", field.name));
    }
    Taken taken = Take(field, *sent, call.json_body);
    if (taken.problem.empty()) {
      call.fields[std::string(field.name)] = std::move(taken.value);
      continue;
    }
    const bool plain = taken.problem.front() == 'I';  // a whole sentence of AWeber's
    const bool own_words = plain && field.kind == FieldKind::kPublicIp;
    return Refuse(call, ErrorOf(call.operation, field, taken.mismatch),
                  own_words ? taken.problem : fmt::format("{}: {}", field.name, taken.problem),
                  fmt::format("{} of the body: {}", field.name, taken.problem));
  }
  return std::nullopt;
}

}  // namespace aweber::mock
