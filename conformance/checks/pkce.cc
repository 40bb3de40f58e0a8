// Checks of PKCE (RFC 7636).
#include <fmt/format.h>

#include <map>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"
#include "conformance/checks/families.h"
#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

bool Known(const CaseView& view, const AuthorizationUrl& request, bool is_public) {
  if (!view.scenario.empty()) return view.client_public == is_public;
  return request.entry && request.entry->facts.client_known &&
         request.entry->facts.client_public == is_public;
}

Judgement ChallengeOf(const CaseView& view, bool is_public, std::string_view who) {
  Tally tally("authorization requests");
  for (const auto& request : AuthorizationUrls(view)) {
    if (!Known(view, request, is_public)) continue;
    tally.Add(
        request.Get("code_challenge").empty()
            ? Wrong(fmt::format("expected a code_challenge from a {} client; none was sent", who))
            : Fine(),
        request.sequence);
  }
  return tally.Close("carried a code_challenge");
}

Judgement PublicUsesPkce(const CaseView& view) { return ChallengeOf(view, true, "public"); }
Judgement ConfidentialUsesPkce(const CaseView& view) {
  return ChallengeOf(view, false, "confidential");
}

Judgement ConfidentialWithoutPkce(const CaseView& view) {
  Tally tally("authorization requests");
  for (const auto& request : AuthorizationUrls(view)) {
    if (!Known(view, request, false)) continue;
    const bool pkce =
        request.query.Has("code_challenge") || request.query.Has("code_challenge_method");
    tally.Add(pkce ? Wrong("a confidential client sent code_challenge; AWeber refuses the request")
                   : Fine(),
              request.sequence);
  }
  return tally.Close("of a confidential client had no PKCE");
}

Judgement MethodIsS256(const CaseView& view) {
  Tally tally("PKCE challenges");
  for (const auto& request : AuthorizationUrls(view)) {
    if (request.Get("code_challenge").empty()) continue;
    const auto method = request.Get("code_challenge_method");
    if (method == "S256") {
      tally.Add(Fine(), request.sequence);
    } else if (method.empty()) {
      tally.Add(Wrong("code_challenge_method is missing, which means plain; expected S256"),
                request.sequence);
    } else {
      tally.Add(Wrong(fmt::format("expected code_challenge_method=S256, saw {}", method)),
                request.sequence);
    }
  }
  return tally.Close("used S256");
}

Judgement VerifierSyntax(const CaseView& view) {
  Tally tally("code verifiers");
  for (const auto& request : TokenRequests(view)) {
    const auto verifier = request.Get("code_verifier");
    if (verifier.empty()) continue;
    if (IsPkceVerifier(verifier)) {
      tally.Add(Fine(), request.sequence());
    } else if (verifier.size() < 43 || verifier.size() > 128) {
      tally.Add(Wrong(fmt::format("code_verifier has {} characters, expected 43 to 128",
                                  verifier.size())),
                request.sequence());
    } else {
      tally.Add(Wrong("code_verifier has a character outside A-Z a-z 0-9 - . _ ~"),
                request.sequence());
    }
  }
  return tally.Close("were well formed");
}

Judgement VerifierSent(const CaseView& view) {
  Tally tally("code exchanges");
  const auto authorizations = AuthorizationUrls(view);
  for (const auto& request : TokenRequests(view)) {
    if (!request.IsExchange()) continue;
    const auto* origin = FindOrigin(view, authorizations, request.Get("code"), "");
    if (!origin || origin->Get("code_challenge").empty()) continue;
    tally.Add(request.Has("code_verifier")
                  ? Fine()
                  : Wrong("the authorization request had a code_challenge; the token request has "
                          "no code_verifier"),
              request.sequence());
  }
  return tally.Close("carried the code_verifier");
}

bool Matches(const AuthorizationUrl& origin, const std::string& verifier) {
  const auto challenge = origin.Get("code_challenge");
  if (origin.Get("code_challenge_method") == "S256") {
    return challenge == PkceS256Challenge(verifier);
  }
  return challenge == verifier;  // RFC 7636 §4.3: absent means plain
}

std::string WhyNoMatch(const std::string& challenge, const std::string& verifier) {
  const std::string hash = Sha256(verifier);
  if (challenge == verifier) return "the challenge is the verifier itself, not its hash";
  if (challenge == Base64UrlEncode(HexLower(hash))) {
    return "the challenge encodes the hash's hex text, expected the hash's 32 bytes";
  }
  return "the verifier is not the one the challenge was made of";
}

// What no verifier can match: BASE64URL(SHA256(…)) has 43 characters of a certain kind.
std::string WhyNoHash(const std::string& challenge) {
  if (challenge.find('=') != std::string::npos) {
    return "the challenge ends in '=', expected base64url without padding";
  }
  if (challenge.find_first_of("+/") != std::string::npos) {
    return "the challenge is plain base64, expected base64url without padding";
  }
  if (challenge.size() == 64 &&
      challenge.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos) {
    return "the challenge is the hash in hex, expected base64url";
  }
  const auto bytes = Base64UrlDecode(challenge);
  if (!bytes || bytes->size() != 32) {
    return fmt::format("the challenge is no SHA-256 in base64url: {} characters, expected 43",
                       challenge.size());
  }
  return "";
}

Judgement VerifierMatches(const CaseView& view) {
  Tally tally("code verifiers");
  const auto authorizations = AuthorizationUrls(view);
  for (const auto& request : authorizations) {
    const auto challenge = request.Get("code_challenge");
    if (challenge.empty() || request.Get("code_challenge_method") != "S256") continue;
    const auto why = WhyNoHash(challenge);
    if (!why.empty()) tally.Add(Wrong(why), request.sequence);
  }
  for (const auto& request : TokenRequests(view)) {
    const auto verifier = request.Get("code_verifier");
    if (verifier.empty()) continue;
    bool challenged = false, any = false;
    for (const auto& origin : authorizations) {
      if (origin.Get("code_challenge").empty()) continue;
      challenged = true;
      any = any || Matches(origin, verifier);
    }
    if (any) {
      // The verifier of another of the client's requests: sessions were mixed up, which the checks
      // of state judge; the transformation itself is right.
      tally.Add(Fine(), request.sequence());
    } else if (challenged) {
      const auto* origin = FindOrigin(view, authorizations, request.Get("code"), "");
      tally.Add(Wrong(origin ? WhyNoMatch(origin->Get("code_challenge"), verifier)
                             : "the verifier matches no challenge that was sent"),
                request.sequence());
    }
  }
  return tally.Close("matched their challenge");
}

// The verifier of `challenge` was sent to the token endpoint before.
bool IsRedeemed(const CaseView& view, const AuthorizationUrl& origin, std::uint64_t before) {
  const auto exchanges = TokenRequests(view);
  return std::any_of(exchanges.begin(), exchanges.end(), [&](const BackRequest& request) {
    const auto verifier = request.Get("code_verifier");
    return request.sequence() < before && !verifier.empty() && Matches(origin, verifier);
  });
}

// A verifier is new when its challenge was not used before. The same URL opened again is one
// transaction; so is a second request of the same user with the same state, until it was redeemed.
Judgement VerifierFresh(const CaseView& view) {
  Tally tally("PKCE challenges");
  std::map<std::string, const AuthorizationUrl*> first;
  const auto authorizations = AuthorizationUrls(view);
  for (const auto& request : authorizations) {
    const auto challenge = request.Get("code_challenge");
    if (challenge.empty()) continue;
    const bool elsewhere =
        std::any_of(view.earlier.begin(), view.earlier.end(), [&](const EarlierValue& earlier) {
          return earlier.name == "code_challenge" && earlier.value == challenge;
        });
    if (elsewhere) {
      tally.Add(Wrong("the code_challenge was that of another case of the run"), request.sequence);
      continue;
    }
    const auto [known, is_new] = first.emplace(challenge, &request);
    if (is_new) {
      tally.Add(first.size() > 1 ? Fine() : Silent(), request.sequence);
      continue;
    }
    const bool same_transaction = known->second->session == request.session &&
                                  known->second->Get("state") == request.Get("state") &&
                                  !IsRedeemed(view, request, request.sequence);
    tally.Add(
        same_transaction ? Silent() : Wrong("one code_challenge was used for two transactions"),
        request.sequence);
  }
  return tally.Close("were different from the others");
}

Judgement NoDowngrade(const CaseView& view) {
  bool tried = false;
  std::uint64_t refused_at = 0;
  for (const auto& request : AuthorizationUrls(view)) {
    if (request.Get("code_challenge").empty()) continue;
    if (request.Get("code_challenge_method") == "S256") {
      tried = true;
      if (!request.entry) continue;
      const auto location = request.entry->response_headers.GetOr("Location");
      if (request.entry->status >= 400 || location.find("error=") != std::string::npos) {
        refused_at = request.sequence;
      }
    } else if (tried) {
      return Violated("after a request with S256 the client tried again with plain",
                      {request.sequence});
    }
  }
  if (refused_at == 0) return Unseen("no request with S256 was refused");
  return Passed("S256 was refused and plain was not tried", {refused_at});
}

}  // namespace

std::vector<Check> PkceChecks() {
  using enum Level;
  return {
      {.id = "pk-public",
       .statement = "A public client uses PKCE.",
       .levels = By(kMust, kOff, kMust),
       .source = "RFC 9700 §2.1.1; AWeber reference",
       .seen = Seen::kWire,
       .why = "It has no secret: whoever reads its code in passing can redeem it.",
       .fix = "Send code_challenge with S256, and code_verifier at the token endpoint.",
       .judge = PublicUsesPkce,
       .note = "RFC 6749 is older than PKCE and says nothing of it."},
      {.id = "pk-confidential",
       .statement = "A confidential client uses PKCE.",
       .levels = By(kOff, kOff, kShould),
       .source = "RFC 9700 §2.1.1",
       .seen = Seen::kWire,
       .why = "PKCE ties the code to the browser that asked for it, also where there is a secret.",
       .fix = "Send code_challenge with S256 where the server accepts it.",
       .judge = ConfidentialUsesPkce,
       .note = "AWeber refuses PKCE from confidential clients, so aweber asks for the opposite: "
               "see pk-aweber-confidential."},
      {.id = "pk-aweber-confidential",
       .statement = "A confidential client sends no PKCE parameters to AWeber.",
       .levels = By(kGuide, kOff, kOff),
       .source = "AWeber reference (authorization page messages)",
       .seen = Seen::kWire,
       .why = "AWeber answers \"Confidential Client MUST NOT Use PKCE\" and the customer is stuck.",
       .fix = "Switch PKCE off for a client that has a secret.",
       .judge = ConfidentialWithoutPkce,
       .verified = false,
       .note = "AWeber's own rule, known from a mirror of its reference; RFC 9700 §2.1.1 "
               "recommends the opposite."},
      {.id = "pk-s256",
       .statement = "The PKCE method is S256; none given means plain.",
       .levels = Everywhere(kMust),
       .source = "RFC 7636 §4.2, §4.3",
       .seen = Seen::kWire,
       .why = "With plain the challenge in the URL is the verifier: it protects nothing.",
       .fix = "Send code_challenge_method=S256 and the hashed verifier.",
       .judge = MethodIsS256},
      {.id = "pk-verifier-syntax",
       .statement = "code_verifier has 43 to 128 unreserved characters.",
       .levels = Everywhere(kMust),
       .source = "RFC 7636 §4.1",
       .seen = Seen::kWire,
       .why = "Shorter ones can be guessed, others are refused by strict servers.",
       .fix = "base64url-encode 32 random bytes: 43 characters.",
       .judge = VerifierSyntax},
      {.id = "pk-verifier-sent",
       .statement = "The token request carries the verifier when a challenge was sent.",
       .levels = Everywhere(kMust),
       .source = "RFC 7636 §4.5",
       .seen = Seen::kWire,
       .why = "The server refuses the code, or does not check and PKCE was for nothing.",
       .fix = "Keep the verifier in the user's session until the exchange.",
       .judge = VerifierSent},
      {.id = "pk-match",
       .statement = "The challenge is BASE64URL(SHA256(verifier)), without padding.",
       .levels = Everywhere(kMust),
       .source = "RFC 7636 §4.2",
       .seen = Seen::kWire,
       .why = "Any other encoding of the right hash is refused as a wrong code.",
       .fix = "Hash the verifier's ASCII bytes, base64url-encode the 32 bytes, drop the '='.",
       .judge = VerifierMatches},
      {.id = "pk-fresh",
       .statement = "Each authorization transaction has a verifier of its own.",
       .levels = Everywhere(kMust),
       .source = "RFC 9700 §2.1.1; RFC 7636 §4.1",
       .seen = Seen::kWire,
       .why = "Once it leaked, a reused verifier opens every later code too.",
       .fix = "Make the verifier together with state, for each authorization URL.",
       .judge = VerifierFresh},
      {.id = "pk-no-downgrade",
       .statement = "The client does not fall back to plain after trying S256.",
       .levels = Everywhere(kMust),
       .source = "RFC 7636 §7.2",
       .seen = Seen::kProvoked,
       .why = "An attacker who can provoke an error gets PKCE switched off.",
       .fix = "Report the error; never retry with a weaker method.",
       .judge = NoDowngrade},
  };
}

}  // namespace aweber::conformance
