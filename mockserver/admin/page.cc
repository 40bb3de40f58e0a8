#include "mockserver/admin/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "mockserver/admin/route.h"
#include "mockserver/admin/schema_text.h"

namespace aweber::mock {
namespace {

constexpr std::string_view kHead =
    R"(<!-- Made by `AWEBER_UPDATE_DOCS=1 mockserver_unit_test` from the table of routes; do not edit. -->
# The admin API

Everything that the console does, for scripts and tests: watch requests, move the clock, break
replies, play scenarios. It has a listener of its own, `--admin-port` (8081; `off` for none), and the
mock says where (`admin_url` of `--print-json` and `--ready-file`). `GET /openapi.json` is the same as
OpenAPI 3.1.

- **Spaces.** An operation below `/api/v1` acts on the default space. The same path below
  `/api/v1/spaces/{space}` acts on that space, where the table says *yes*.
- **Bodies** are JSON, rules and scenarios YAML or JSON. An unknown member is an error. A duration is
  `"250ms"`, `"90s"`, `"11m"`, `"1h"`, or a number of seconds; an instant is Unix seconds.
- **Errors** are `{"error": {"code", "message", "field"}}`: the message names the cure.
- **Access.** Off loopback a token is needed (`--admin-token`): `Authorization: Bearer TOKEN`. Requests of
  other sites' pages are refused.

```sh
ADMIN=http://127.0.0.1:8081/api/v1
curl -s -X POST $ADMIN/clock/advance -d '{"by": "1h"}'                             # an hour later
curl -s -X POST $ADMIN/faults -d '{"on": "token", "times": 1, "then": "lose_reply"}'  # once
curl -s "$ADMIN/requests?refused=true"                                             # each with its reason
curl -s -X POST $ADMIN/reset                                                       # as at the start
```
)";

// What members are marked for: a body's required ones, a reply's that may be absent.
enum class Marks { kRequired, kOptional };

std::string WordsOf(std::string_view fields, Marks marks = Marks::kRequired) {
  std::string text;
  for (const SchemaMember& member : MembersOf(fields)) {
    if (member.name == "*") return "any";
    const char* const mark = marks == Marks::kRequired ? (member.required ? " (required)" : "")
                                                       : (member.required ? "" : " (if any)");
    text += fmt::format("{}`{}`{}", text.empty() ? "" : ", ", member.name, mark);
  }
  return text;
}

std::string BodyWords(const AdminRoute& route) {
  if (route.body == BodyKind::kYaml) return "YAML or JSON";
  return WordsOf(route.fields);
}

// What a reply holds, shortly: its members by name, a component, or a media type.
std::string ReplyWords(std::string_view reply) {
  if (reply.find('/') != std::string_view::npos) return std::string(reply);
  if (reply.empty() || reply.find(':') != std::string_view::npos)
    return WordsOf(reply, Marks::kOptional);
  return fmt::format("[{0}](#what-replies-hold)", reply);
}

std::string StatusWords(std::string_view answers) {
  std::string words;
  for (const char c : answers) {
    if (c != '=') words += c;
  }
  return words;
}

std::string TypesOf(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    std::string type = fmt::format("{}", text);
    if (const auto bar = type.find('|'); bar != std::string::npos) type.replace(bar, 1, " or ");
    return type;
  }
  std::string words;
  for (const SchemaMember& member : MembersOf(text)) {
    words += fmt::format("{}`{}` {}{}", words.empty() ? "" : ", ", member.name, member.type,
                         member.required ? "" : " (if any)");
  }
  return words;
}

}  // namespace

std::string AdminPage() {
  std::string page(kHead);
  page +=
      "\n## Operations\n\n| operation | | in a space | query | body | statuses | reply |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const AdminRoute& route : AdminRoutes()) {
    page += fmt::format("| `{} {}` | {} | {} | {} | {} | {} | {} |\n", route.method, route.path,
                        route.summary, route.per_space ? "yes" : "", WordsOf(route.parameters),
                        BodyWords(route), StatusWords(route.answers), ReplyWords(route.reply));
  }
  page +=
      "\n## What replies hold\n\n`[]` is a list, `[2]` a pair, `{}` an object whose values are all "
      "such, "
      "and `?` may be null.\n\n| | members |\n| --- | --- |\n";
  for (const SchemaComponent& component : SchemaComponents()) {
    page += fmt::format("| {} | {} |\n", component.name, TypesOf(component.text));
  }
  return page;
}

}  // namespace aweber::mock
