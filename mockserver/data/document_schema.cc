// The JSON Schema of the customers' document, from the same rows that read and write it.
#include "base/text/json.h"
#include "mockserver/data/document.h"
#include "mockserver/data/document_reader.h"
#include "mockserver/data/document_rows.h"

namespace aweber::mock {
namespace {

constexpr const char* kDateAbout =
    "\"2026-01-31T12:00:00Z\", or \"-3d\", \"+90m\" from when the space begins.";

class SchemaWriter {
 public:
  static constexpr bool kReads = true;

  void Key(const char* name, std::int64_t&) {
    Add(name, {{"type", "integer"}, {"minimum", 1}, {"maximum", kMostId}}, {kIdAbout});
  }
  void Key(const char* name, std::string&) {
    Add(name, {{"type", "string"}, {"maxLength", 36}}, {kIdAbout});
  }
  void Text(const char* name, std::string&, const MemberRule& rule) {
    Json schema = {{"type", "string"}};
    if (rule.least != 0) schema["minLength"] = static_cast<std::int64_t>(rule.least);
    if (rule.most != 0) schema["maxLength"] = static_cast<std::int64_t>(rule.most);
    Add(name, std::move(schema), rule);
  }
  void Flag(const char* name, bool& value, const MemberRule& rule) {
    Add(name, {{"type", "boolean"}, {"default", value}}, rule);
  }
  void Whole(const char* name, std::int64_t&, const MemberRule& rule) {
    Json schema = {{"type", "integer"}, {"minimum", static_cast<std::int64_t>(rule.least)}};
    if (rule.most != 0) schema["maximum"] = static_cast<std::int64_t>(rule.most);
    Add(name, std::move(schema), rule);
  }
  void Amount(const char* name, double&, const MemberRule& rule) {
    Add(name, {{"type", "number"}}, rule);
  }
  template <typename Enum, std::size_t n>
  void Choice(const char* name, Enum&, const char* const (&names)[n], const MemberRule& rule) {
    Json values = Json::array();
    for (const char* value : names) {
      if (*value != '\0') values.push_back(value);
    }
    Add(name, {{"enum", values}}, rule);
  }
  template <typename At>
  void Date(const char* name, At&, const MemberRule& rule) {
    Json schema = {{"type", "string"}, {"minLength", 1}};
    Add(name, std::move(schema), rule.about.empty() ? MemberRule{kDateAbout} : rule);
  }
  void Texts(const char* name, std::vector<std::string>&, const MemberRule& rule) {
    Add(name, {{"type", "array"}, {"items", {{"type", "string"}}}}, rule);
  }
  void Ids(const char* name, std::vector<std::int64_t>&, const MemberRule& rule) {
    Add(name, {{"type", "array"}, {"items", Id()}}, rule);
  }
  void FieldValues(const char* name, decltype(Subscriber::custom_fields)&, const MemberRule& rule) {
    Add(name, {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}, rule);
  }
  template <typename Event>
  void Events(const char* name, std::vector<Event>&, const MemberRule& rule) {
    Json items = Json::array({Id(), {{"type", "string"}}});
    if (std::is_same_v<Event, Clicked>) items.push_back({{"type", "integer"}, {"minimum", 0}});
    Json event = {{"type", "array"},
                  {"items", items},
                  {"minItems", items.size()},
                  {"maxItems", items.size()}};
    Add(name, {{"type", "array"}, {"items", std::move(event)}}, rule);
  }
  void Group(const char* name, Results&, const MemberRule& rule) { Add(name, Of<Results>(), rule); }
  void Group(const char* name, std::shared_ptr<const Results>&, const MemberRule& rule) {
    Add(name, Of<Results>(), rule);
  }
  void Parts(const char* name, std::vector<SplitTestPart>&, const MemberRule& rule) {
    Add(name, {{"type", "array"}, {"items", Of<SplitTestPart>()}}, rule);
  }
  template <typename Row>
  void Rows(const char* name, Table<Row>&, const MemberRule& rule) {
    Add(name, {{"type", "array"}, {"items", Of<Row>()}}, rule);
  }

  template <typename Row>
  static Json Of() {
    SchemaWriter writer;
    Row row;
    Describe(writer, row);
    return writer.Take();
  }
  Json Take() {
    Json schema = {{"type", "object"}, {"additionalProperties", false}};
    if (!required_.empty()) schema["required"] = required_;
    schema["properties"] = std::move(properties_);
    return schema;
  }
  void Add(const char* name, Json schema, const MemberRule& rule) {
    if (!rule.about.empty()) schema["description"] = rule.about;
    if (rule.required) required_.emplace_back(name);
    properties_[name] = std::move(schema);
  }

 private:
  static Json Id() { return {{"type", "integer"}, {"minimum", 1}, {"maximum", kMostId}}; }

  Json properties_ = Json::object();
  std::vector<std::string> required_;
};

// What ReadAccount takes beside the rows.
Json AccountSchema() {
  Json account = SchemaWriter::Of<AccountData>();
  const Json date = {{"type", "string"}, {"minLength", 1}};
  const Json whole = {{"type", "integer"}, {"minimum", 0}};
  account["properties"]["leaving"] = {
      {"type", "array"},
      {"description", "[list, subscriber, date] each: who will unsubscribe by a message's link."},
      {"items",
       {{"type", "array"},
        {"items", Json::array({whole, whole, date})},
        {"minItems", 3},
        {"maxItems", 3}}}};
  account["properties"]["rate"] = {
      {"type", "object"},
      {"description", "What the rate limit has counted."},
      {"additionalProperties", false},
      {"properties", {{"started", date}, {"count", whole}, {"blocked_until", date}}}};
  return account;
}

}  // namespace

Json CustomerSchema() {
  const Json accounts = {{"type", "array"}, {"items", AccountSchema()}};
  return {{"$schema", "http://json-schema.org/draft-07/schema#"},
          {"title", "Customers' data of the AWeber mock"},
          {"type", "object"},
          {"additionalProperties", false},
          {"required", {"accounts"}},
          {"properties", {{"accounts", accounts}}}};
}

}  // namespace aweber::mock
