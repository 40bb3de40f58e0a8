// Values that an operation's rows take and refuse: of each parameter, field and variable of its path.
//
// Thread safety: pure functions.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/form.h"
#include "base/text/json.h"
#include "mockserver/api/operation.h"
#include "mockserver/data/customer_data.h"

namespace aweber::mock {

// A good value of each variable of a path, and of another list's (of another account) thing.
struct Variable {
  std::string good, of_another;
};
inline std::map<std::string, Variable> Variables(const Operation& operation) {
  const bool sent = operation.path.ends_with("opens") || operation.path.ends_with("clicks");
  const std::string page = StableUuid("landing-page", 0);
  return {{"account", {"1000001", "1000002"}},
          {"list", {"2000001", "2000009"}},
          {"subscriber", {"3000001", "3100001"}},
          {"broadcast", {sent ? "4000003" : "4000001", sent ? "4100003" : "4100001"}},
          {"campaign", {"b4000003", "b4100003"}},
          {"sent", {"b4000003", "b4100003"}},
          {"custom_field", {"7000001", "7100001"}},
          {"segment", {"6000001", "6100001"}},
          {"web_form", {"8000001", "8100001"}},
          {"split_test", {"8050001", "8150001"}},
          {"component", {"8050001-8000001", "8150001-8100001"}},
          {"landing_page", {page, StableUuid("landing-page", 100'000)}},
          {"integration", {"9000001", "9100001"}},
          {"stat", {"unique_opens", "luck"}},
          {"link", {"1", "77"}},
          {"message", {"3000001", "3100001"}}};
}

// The path with its variables filled in; `but` with `value` instead.
inline std::string PathOf(const Operation& operation, const std::string& but = "",
                          const std::string& value = "") {
  std::string path(operation.path);
  const auto variables = Variables(operation);
  for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
    const std::size_t close = path.find('}', open);
    const std::string name = path.substr(open + 1, close - open - 1);
    EXPECT_TRUE(variables.contains(name)) << "give the variable " << name << " a value above";
    path.replace(open, close - open + 1, name == but ? value : variables.at(name).good);
  }
  return path;
}

inline std::string GoodText(std::string_view name, double least, double most) {
  if (name == "account_id") return "00000000-0000-4000-8000-000001000001";
  if (name == "broadcast_id") return StableUuid("broadcast", 4'000'003);
  if (name == "currency") return "USD";
  if (name == "url") return "https://shop.example.com/1";
  if (name == "list_link") return "http://x/1.0/accounts/1000001/lists/2000003";
  if (name == "subscriber_email") return "reader1@example.com";
  return std::string(static_cast<std::size_t>(std::max(1.0, most == 0 ? 1.0 : least)), 'a');
}

inline std::string GoodValue(const Parameter& parameter) {
  switch (parameter.kind) {
    case ParameterKind::kChoice:
      return std::string(parameter.choices.substr(0, parameter.choices.find('|')));
    case ParameterKind::kWhole:
    case ParameterKind::kDecimal:
      return fmt::format("{}", parameter.min);
    default:
      return GoodText(parameter.name, parameter.min, parameter.max);
  }
}

inline Json GoodValue(const Field& field) {
  switch (field.kind) {
    case FieldKind::kEmail:
      return "new@example.org";
    case FieldKind::kPublicIp:
      return "203.0.113.9";
    case FieldKind::kWhole:
    case FieldKind::kNumber:
      return static_cast<std::int64_t>(field.min);
    case FieldKind::kChoice:
      return std::string(field.choices.substr(0, field.choices.find('|')));
    case FieldKind::kInstant:
      return "2199-01-01T00:00:00Z";
    case FieldKind::kTextMap:
    case FieldKind::kTagChange:
      return Json::object();
    case FieldKind::kTexts:
    case FieldKind::kLinks:
      return Json::array();
    case FieldKind::kFlag:
      return true;
    default:
      return GoodText(field.name, field.min, field.max);
  }
}

inline std::vector<std::string> BadValues(const Parameter& parameter) {
  const auto number = [&](double beyond) { return fmt::format("{}", beyond); };
  switch (parameter.kind) {
    case ParameterKind::kText:
      if (parameter.max == 0) return {"%ff"};
      return {std::string(static_cast<std::size_t>(parameter.max) + 1, 'a'), "%ff", "%c0%80"};
    case ParameterKind::kUuid:
      return {"7", std::string(36, 'a'), "00000000-0000-4000-8000-00000000000", "%ff"};
    case ParameterKind::kWhole:
      return {number(parameter.min - 1),
              number(parameter.max + 1),
              "x",
              "1.5",
              "1e1",
              "0x1",
              "99999999999999999999",
              "--1",
              "%ff"};
    case ParameterKind::kDecimal:
      return {number(parameter.min - 0.5), number(parameter.max + 0.5), "x", "nan", "inf", "1e999"};
    case ParameterKind::kChoice:
      return {"no-such", GoodValue(parameter) + "%20", "%00"};
    case ParameterKind::kDay:
      return {"today", "2026-02-30", "2026-1-1", "2026-01-01T00%3A00", "13-01-2026"};
    case ParameterKind::kFlag:
      return {"maybe", "2", "TRUE%20"};
    case ParameterKind::kTextMap:
      return {"x", "%5B%5D", "%7B", "%7B%22a%22%3A1%7D", "%7B%22a%22%3A%7B%7D%7D", "7"};
    case ParameterKind::kTexts:
      return {"x", "%7B%7D", "%5B1%5D", "%5B%22a%22", "%5B%5B%5D%5D", "null"};
  }
  return {};
}

inline std::vector<Json> BadValues(const Field& field) {
  std::vector<Json> bad;
  const auto beyond = [&] { return std::string(static_cast<std::size_t>(field.max) + 1, 'a'); };
  switch (field.kind) {
    case FieldKind::kText:
    case FieldKind::kLines:
    case FieldKind::kLink:
    case FieldKind::kInstant:
    case FieldKind::kEmail:
      bad = {7, true, Json::object(), Json::array(), "a\x01@b.co", "a\x7f@b.co"};
      if (field.kind != FieldKind::kLines) bad.push_back("a\n@b.co");
      if (field.max > 0)
        bad.push_back(field.kind == FieldKind::kEmail ? beyond() + "@x.org" : beyond());
      if (field.kind == FieldKind::kEmail) bad.insert(bad.end(), {"x", "a@", "@b.co", "a b@c.co"});
      if (field.kind == FieldKind::kLink) bad.push_back("nowhere");
      if (field.kind == FieldKind::kInstant) bad.insert(bad.end(), {"soon", "2026-02-30"});
      return bad;
    case FieldKind::kPublicIp:
      return {7,           "x",     "10.0.0.1", "192.168.0.1", "127.0.0.1",
              "256.1.1.1", "1.2.3", "::1",      "8.8.8.08",    "-1.2.3.4"};
    case FieldKind::kWhole:
      bad = {1.5, true, Json::object(), "x", "1.5", "1e400", 1e300};
      if (field.max > field.min)
        bad.insert(bad.end(), {static_cast<std::int64_t>(field.min) - 1,
                               static_cast<std::int64_t>(field.max) + 1});
      return bad;
    case FieldKind::kNumber:
      return {true, Json::object(), "x", "nan", "inf"};
    case FieldKind::kFlag:
      return {7, Json::object(), "maybe"};
    case FieldKind::kChoice:
      return {7, "no-such", Json::array()};
    case FieldKind::kTextMap:
      return {7, "x", "[]", Json::array(), {{"a", 1}}, {{"a", Json::object()}}, {{"a", "\x1b"}}};
    case FieldKind::kTagChange:
      return {7,
              "x",
              Json::array(),
              {{"add", "x"}},
              {{"add", {1}}},
              {{"put", Json::array({"a"})}},
              {{"add", Json::array({""})}},
              {{"remove", Json::array({" "})}},
              {{"add", Json::array({"a\tb"})}}};
    case FieldKind::kTexts:
      return {7,
              "x",
              "{}",
              Json::object(),
              Json::array({1}),
              Json::array({Json::array()}),
              Json::array({""}),
              Json::array({"ok", "  "}),
              Json::array({"a\nb"})};
    case FieldKind::kLinks:
      return {7, "x", "{}", Json::object(), Json::array({1}), Json::array({Json::array()})};
  }
  return bad;
}

inline std::string AsForm(const Json& members) {
  Form form;
  for (const auto& [name, value] : members.items()) {
    form.Add(name, value.is_string() ? value.get<std::string>() : DumpJson(value));
  }
  return form.Encode();
}

}  // namespace aweber::mock
