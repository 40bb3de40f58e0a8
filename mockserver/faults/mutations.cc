#include "mockserver/faults/mutations.h"

#include <algorithm>

#include "base/text/form.h"
#include "base/text/json.h"

namespace aweber::mock {
namespace {

// The client will present the text it was given, so the token must be found by it.
void RenameToken(EffectContext& context, const std::string& member, const Json& value) {
  const Facts& facts = context.exchange.facts;
  const std::string& label =
      member == "access_token" ? facts.access_label : facts.issued_refresh_label;
  if (member != "access_token" && member != "refresh_token") return;
  if (!value.is_string() || value.get<std::string>().empty()) return;
  const TokenId id = context.space.tokens.FindLabel(label);
  if (id != kNoId) context.space.tokens.Rename(id, value.get<std::string>());
}

// A code set here is the code from now on: long or odd codes must be exchangeable.
void RenameCode(EffectContext& context, const std::string& value) {
  const TokenId id = context.space.tokens.FindLabel(context.exchange.facts.code_label);
  if (id != kNoId && !value.empty()) context.space.tokens.Rename(id, value);
}

void Reorder(Form& query, const std::vector<std::string>& first) {
  Form ordered;
  for (const std::string& name : first) {
    for (const FormField& field : query.fields()) {
      if (field.name == name) ordered.AddField(field);
    }
  }
  for (const FormField& field : query.fields()) {
    if (std::find(first.begin(), first.end(), field.name) == first.end()) ordered.AddField(field);
  }
  query = ordered;
}

void Apply(const RedirectTamper& tamper, const std::string& value, Form& query) {
  switch (tamper.kind) {
    case RedirectTamper::Kind::kSet:
      query.Set(tamper.name, value);
      break;
    case RedirectTamper::Kind::kAdd:
      query.Add(tamper.name, value);
      break;
    case RedirectTamper::Kind::kRemove:
      query.Remove(tamper.name);
      break;
    case RedirectTamper::Kind::kOrder:
      Reorder(query, tamper.order);
      break;
  }
}

}  // namespace

void MutateToken(const Fault& fault, EffectContext& context, HttpResponse& response) {
  if (context.exchange.facts.access_label.empty() || response.status != 200) return;
  auto reply = ParseJson(response.body);
  if (!reply || !reply->is_object()) return;
  for (const TokenMutation& mutation : fault.token) {
    if (mutation.kind == TokenMutation::Kind::kRemove) {
      reply->erase(mutation.member);
    } else if (mutation.kind == TokenMutation::Kind::kSet) {
      RenameToken(context, mutation.member, mutation.value);
      (*reply)[mutation.member] = mutation.value;
    }
  }
  response.body = DumpJson(*reply);
  if (!fault.content_type.empty()) response.headers.Set("Content-Type", fault.content_type);
}

void TamperRedirect(const Fault& fault, EffectContext& context, HttpResponse& response) {
  const auto location = response.headers.Get("Location");
  if (!location) return;
  const std::size_t mark = location->find('?');
  Form query = ParseForm(mark == std::string::npos ? "" : location->substr(mark + 1));
  for (const RedirectTamper& tamper : fault.redirect) {
    std::string value = tamper.value;
    if (const std::size_t at = value.find("${other}"); at != std::string::npos) {
      value.replace(at, 8, context.other_origin);
    }
    if (tamper.kind == RedirectTamper::Kind::kSet && tamper.name == "code") {
      RenameCode(context, value);
    }
    Apply(tamper, value, query);
  }
  const std::string base = location->substr(0, mark);
  response.headers.Set("Location", query.empty() ? base : base + "?" + query.Encode());
}

}  // namespace aweber::mock
