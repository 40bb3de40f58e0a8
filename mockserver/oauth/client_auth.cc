#include "mockserver/oauth/client_auth.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "base/crypto/crypto.h"
#include "base/text/form.h"

namespace aweber::mock {
namespace {

// One way in which a request names its client.
struct Claim {
  ClientAuth method = ClientAuth::kNone;
  std::optional<std::string> id;
  std::optional<std::string> secret;
};

Claim BodyClaim(const TokenRequest& read) {
  return {read.json ? ClientAuth::kJson : ClientAuth::kBody, Sent(read.body, "client_id"),
          Sent(read.body, "client_secret")};
}
Claim QueryClaim(const TokenRequest& read) {
  return {ClientAuth::kQuery, Sent(read.query, "client_id"), Sent(read.query, "client_secret")};
}

// Whichever reading of the Basic header names a registered client; the decoded one when neither.
std::string BasicId(const SpaceState& space, const BasicCredentials& basic) {
  if (space.FindClient(basic.id) == nullptr && space.FindClient(basic.raw_id) != nullptr) {
    return basic.raw_id;
  }
  return basic.id;
}

bool SecretEquals(const RegisteredClient& client, const std::string& secret) {
  return ConstantTimeEquals(client.secret, secret);
}

Refusal InvalidClient(std::string why, bool challenge) {
  return {"invalid_client", std::move(why), 401, challenge};
}

// How a secret that differs differs, without telling the secret.
std::string SecretProblem(const RegisteredClient& client, const std::string& sent) {
  if (sent.empty()) return "the client secret is empty";
  if (FormEncode(client.secret) == sent) {
    return "the client secret was form-encoded once too often";
  }
  if (sent.find_first_not_of(" \t\r\n") != 0 ||
      sent.find_last_not_of(" \t\r\n") + 1 != sent.size()) {
    return "the client secret has white space around it";
  }
  return fmt::format("the client secret is wrong (sent {} characters, registered {})", sent.size(),
                     client.secret.size());
}

std::optional<Refusal> CheckBasic(const SpaceState& space, const RegisteredClient& client,
                                  const BasicCredentials& basic) {
  if (client.is_public) {
    if (basic.raw_secret.empty() && space.settings.empty_secret_basic) return std::nullopt;
    return InvalidClient(basic.raw_secret.empty()
                             ? "a public client must not use Basic, not even with an empty secret "
                               "(setting empty_secret_basic)"
                             : "a public client must not send a secret: it has none",
                         true);
  }
  if (basic.decodable && SecretEquals(client, basic.secret)) return std::nullopt;
  if (SecretEquals(client, basic.raw_secret)) {
    if (space.settings.raw_basic) return std::nullopt;
    return InvalidClient(
        "the client secret is right but was not form-encoded before Basic (RFC 6749 §2.3.1)", true);
  }
  return InvalidClient(SecretProblem(client, basic.raw_secret), true);
}

std::optional<Refusal> CheckParameters(const RegisteredClient& client, const Claim& claim,
                                       bool challenge) {
  if (client.is_public) {
    if (!claim.secret) return std::nullopt;
    return InvalidClient("a public client must not send a secret: it has none", challenge);
  }
  if (!claim.secret) return std::nullopt;  // whoever calls asks for at least one proof
  if (SecretEquals(client, *claim.secret)) return std::nullopt;
  return InvalidClient(SecretProblem(client, *claim.secret), challenge);
}

Refusal NoClient(const SpaceState& space, const TokenRequest& read) {
  std::string why = "the request names no client: it has neither Basic credentials nor a client_id";
  if (!read.body_problem.empty()) why += "; " + read.body_problem;
  if (!read.header_problem.empty()) why += "; " + read.header_problem;
  if (space.settings.no_credentials_error == "invalid_client") return InvalidClient(why, false);
  Refusal refusal{"BadRequestError", why};
  refusal.no_credentials = true;
  return refusal;
}

std::optional<Refusal> CheckMethods(const SpaceState& space, const TokenRequest& read,
                                    const Facts& facts, const Claim& query) {
  if (read.basic.present && !read.basic.problem.empty()) {
    return InvalidClient(read.basic.problem, true);
  }
  if (facts.auth == ClientAuth::kSeveral && !space.settings.several_auth_methods) {
    return Refusal{"invalid_request",
                   "the client authenticated in several ways at once (RFC 6749 §2.3)"};
  }
  if (query.secret && !space.settings.query_credentials) {
    return InvalidClient("client credentials in the query are not accepted (RFC 6749 §2.3.1)",
                         read.basic.present);
  }
  return std::nullopt;
}

}  // namespace

void NoteClient(const SpaceState& space, const TokenRequest& read, Facts& facts) {
  const Claim body = BodyClaim(read);
  const Claim query = QueryClaim(read);
  int methods = 0;
  const auto used = [&](ClientAuth method) {
    facts.auth = ++methods > 1 ? ClientAuth::kSeveral : method;
  };
  if (read.basic.present) used(ClientAuth::kBasic);
  if (body.secret) used(body.method);
  if (query.secret) used(query.method);

  if (read.basic.present && read.basic.problem.empty()) {
    facts.client_id = BasicId(space, read.basic);
  } else if (body.id) {
    facts.client_id = *body.id;
  } else if (query.id) {
    facts.client_id = *query.id;
  }
  const RegisteredClient* client = space.FindClient(facts.client_id);
  facts.client_known = client != nullptr;
  facts.client_public = client != nullptr && client->is_public;
  if (!read.basic.present || !read.basic.problem.empty()) return;
  if (read.basic.raw_id == read.basic.id && read.basic.raw_secret == read.basic.secret) {
    // Nothing to decode. Right when the secret needs no encoding; raw when it does.
    const bool needs = client != nullptr && FormEncode(client->secret) != client->secret;
    facts.basic_encoding = needs ? "raw" : "same";
  } else {
    const bool raw = client != nullptr && SecretEquals(*client, read.basic.raw_secret);
    facts.basic_encoding = raw ? "raw" : "encoded";
  }
}

Result<const RegisteredClient*, Refusal> AuthenticateClient(const SpaceState& space,
                                                            const TokenRequest& read,
                                                            const Facts& facts) {
  const Claim body = BodyClaim(read);
  Claim query = QueryClaim(read);
  if (auto refusal = CheckMethods(space, read, facts, query)) return *refusal;
  if (!space.settings.query_credentials) query = {};
  if (!read.basic.present && !body.id && !query.id) return NoClient(space, read);

  const bool challenge = read.basic.present;
  const RegisteredClient* client = space.FindClient(facts.client_id);
  if (client == nullptr) {
    return InvalidClient(fmt::format("no client \"{}\" is registered", facts.client_id), challenge);
  }
  for (const Claim* claim : {&std::as_const(body), &std::as_const(query)}) {
    if (claim->id && *claim->id != client->id) {
      return InvalidClient(
          fmt::format("the request names two clients, \"{}\" and \"{}\"", client->id, *claim->id),
          challenge);
    }
  }
  if (challenge) {
    if (auto refusal = CheckBasic(space, *client, read.basic)) return *refusal;
  }
  for (const Claim* claim : {&std::as_const(body), &std::as_const(query)}) {
    if (auto refusal = CheckParameters(*client, *claim, challenge)) return *refusal;
  }
  // RFC 6749 §3.2.1: confidential clients authenticate; their id alone proves nothing, unless the
  // secret is empty, which may be left out (§2.3.1).
  if (!client->is_public && !client->secret.empty() && !challenge && !body.secret &&
      !query.secret) {
    return InvalidClient("a confidential client must authenticate: no secret was sent", false);
  }
  return client;
}

}  // namespace aweber::mock
