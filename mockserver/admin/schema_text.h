// The one-line language in which rows of the admin API say what a JSON value holds.
//
//   type     string integer boolean object array any duration, or a component ("Token");
//            after it: [] a list of them, [2] two of them, {} an object of them, ? or null;
//            with | between: one of several.
//   members  "now:integer! label:string": names and types, "!" what is always there; "*:any" any
//            object; "+Clock" has the component's members, too.
//
// Thread safety: pure functions. What is wrong in a text is a mistake of the table: a test finds it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text/json_fwd.h"

namespace aweber::mock {

struct SchemaMember {
  std::string name, type;
  bool required = false;
};

// The members of an object, those of "+Component" in its place. "*:any" is one named "*".
std::vector<SchemaMember> MembersOf(std::string_view members);

// The JSON Schema of a text: members when there is a colon, else a type.
Json SchemaOf(std::string_view text);

// What several replies have, by the name that the document gives it.
struct SchemaComponent {
  std::string_view name;
  std::string_view text;  // members or a type
};
const std::vector<SchemaComponent>& SchemaComponents();

}  // namespace aweber::mock
