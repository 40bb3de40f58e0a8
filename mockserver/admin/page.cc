#include "mockserver/admin/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "mockserver/admin/route.h"

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

std::string WordsOf(std::string_view fields) {
  std::string text;
  for (std::size_t at = 0; at < fields.size();) {
    const std::size_t end = std::min(fields.find(' ', at), fields.size());
    std::string_view word = fields.substr(at, end - at);
    const bool required = word.ends_with('!');
    const std::string_view name = word.substr(0, word.find(':'));
    if (name == "*") {
      text += "any switch";
    } else {
      text +=
          fmt::format("{}`{}`{}", text.empty() ? "" : ", ", name, required ? " (required)" : "");
    }
    at = end + 1;
  }
  return text;
}

std::string BodyWords(const AdminRoute& route) {
  if (route.body == BodyKind::kYaml) return "YAML or JSON";
  return WordsOf(route.fields);
}

}  // namespace

std::string AdminPage() {
  std::string page(kHead);
  page +=
      "\n## Operations\n\n| operation | | in a space | query | body | answers |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  for (const AdminRoute& route : AdminRoutes()) {
    page += fmt::format("| `{} {}` | {} | {} | {} | {} | {} |\n", route.method, route.path,
                        route.summary, route.per_space ? "yes" : "", WordsOf(route.parameters),
                        BodyWords(route), route.answers);
  }
  return page;
}

}  // namespace aweber::mock
