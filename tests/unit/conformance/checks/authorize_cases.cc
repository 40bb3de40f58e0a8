// Transcripts for the checks of the authorization request, state and PKCE.
#include "tests/unit/conformance/checks/transcript.h"

namespace aweber::conformance::test {
namespace {
using T = Transcript;

Form Pkce(Form form, std::string_view challenge = kChallenge) {
  return With(With(std::move(form), "code_challenge", challenge), "code_challenge_method", "S256");
}
}  // namespace

std::vector<CheckCase> AuthorizeCases() {
  return {
      {"az-response-type", "code", kOk, [](T& t) { t.Get(Good()); }},
      {"az-response-type", "missing", kViolation,
       [](T& t) { t.Get(Without(Good(), "response_type")); }, "missing or empty"},
      {"az-response-type", "upper case", kViolation,
       [](T& t) { t.Get(With(Good(), "response_type", "CODE")); }, "saw response_type=CODE"},
      {"az-response-type", "the URL without any query is no request", kNotSeen,
       [](T& t) { t.GetRaw(""); }},
      {"az-response-type", "built but never opened", kViolation,
       [](T& t) {
         auto& step = t.Ok("authorize");
         step.produced_url = t.view().authorize_url + "?client_id=x";
       }},
      {"az-client-id", "as told", kOk, [](T& t) { t.Get(Good()); }},
      {"az-client-id", "missing", kViolation, [](T& t) { t.Get(Without(Good(), "client_id")); }},
      {"az-client-id", "another", kViolation,
       [](T& t) { t.Get(With(Good(), "client_id", "client-0123456788")); },
       "^ character 17: expected '9', saw '8'"},
      {"az-client-id", "foreign and unknown", kViolation,
       [](T& t) {
         t.MakeForeign();
         t.Get(Good()).facts.client_known = false;
       }},
      {"az-redirect-present", "there", kOk, [](T& t) { t.Get(Good()); }},
      {"az-redirect-present", "missing", kViolation,
       [](T& t) { t.Get(Without(Good(), "redirect_uri")); }},
      {"az-redirect-present", "not needed by the RFC", kNotSeen,
       [](T& t) {
         t.view().profile = "rfc6749";
         t.Get(Without(Good(), "redirect_uri"));
       }},
      {"az-redirect-present", "needed by the RFC", kViolation,
       [](T& t) {
         t.view().profile = "rfc6749";
         t.Get(Without(Good(), "redirect_uri")).status = 400;
       }},
      {"az-redirect-absolute", "https", kOk, [](T& t) { t.Get(Good()); }},
      {"az-redirect-absolute", "out of band", kOk,
       [](T& t) { t.Get(With(Good(), "redirect_uri", "urn:ietf:wg:oauth:2.0:oob")); }},
      {"az-redirect-absolute", "relative", kViolation,
       [](T& t) { t.Get(With(Good(), "redirect_uri", "/callback")); }, "not an absolute URI"},
      {"az-redirect-absolute", "fragment", kViolation,
       [](T& t) { t.Get(With(Good(), "redirect_uri", "https://app.example/callback#x")); },
       "fragment"},
      {"az-redirect-registered", "the same", kOk, [](T& t) { t.Get(Good()); }},
      {"az-redirect-registered", "slash", kViolation,
       [](T& t) { t.Get(With(Good(), "redirect_uri", "https://app.example/callback/")); },
       "^ character 29: expected the end, saw '/'"},
      {"az-redirect-registered", "another loopback port at AWeber", kViolation,
       [](T& t) {
         t.view().redirect_uri = "http://127.0.0.1:5000/cb";
         t.Get(With(Good(), "redirect_uri", "http://127.0.0.1:5001/cb"));
       }},
      {"az-redirect-registered", "another loopback port by RFC 9700", kOk,
       [](T& t) {
         t.view().profile = "rfc9700";
         t.view().redirect_uri = "http://127.0.0.1:5000/cb";
         t.Get(With(Good(), "redirect_uri", "http://127.0.0.1:5001/cb"));
       }},
      {"az-redirect-registered", "registration unknown", kNotSeen,
       [](T& t) {
         t.MakeForeign();
         t.Get(Good());
       }},
      {"az-query-kept", "kept", kOk,
       [](T& t) {
         t.view().authorize_url += "?tenant=a%20b";
         t.Get(With(Good(), "tenant", "a b"));
       }},
      {"az-query-kept", "dropped", kViolation,
       [](T& t) {
         t.view().authorize_url += "?tenant=7";
         t.Get(Good());
       },
       "tenant=7"},
      {"az-query-kept", "there was none", kNotSeen, [](T& t) { t.Get(Good()); }},
      {"az-no-dup", "none", kOk, [](T& t) { t.Get(Good()); }},
      {"az-no-dup", "scope twice", kViolation,
       [](T& t) {
         auto form = Good();
         form.Add("scope", "email.read");
         t.Get(form);
       },
       "scope is sent 2 times"},
      {"az-scope-syntax", "spaces", kOk, [](T& t) { t.Get(Good()); }},
      {"az-scope-syntax", "commas", kViolation,
       [](T& t) { t.Get(With(Good(), "scope", "account.read,list.read")); }, "separated by ','"},
      {"az-scope-syntax", "double space", kViolation,
       [](T& t) { t.Get(With(Good(), "scope", "account.read  list.read")); }, "empty entry"},
      {"az-scope-syntax", "quotes", kViolation,
       [](T& t) { t.Get(With(Good(), "scope", "\"account.read\"")); }},
      {"az-scope-syntax", "a comma may be part of a scope", kOk,
       [](T& t) { t.Get(With(Good(), "scope", "urn:a,b")); }},
      {"az-scope-syntax", "no scope", kNotSeen, [](T& t) { t.Get(Without(Good(), "scope")); }},
      {"az-encoding", "once", kOk, [](T& t) { t.Get(Good()); }},
      {"az-encoding", "colon and slash unescaped", kOk,
       [](T& t) { t.GetRaw("client_id=a&redirect_uri=https://app.example/callback"); }},
      {"az-encoding", "twice", kViolation,
       [](T& t) { t.Get(With(Good(), "redirect_uri", "https%3A%2F%2Fapp.example%2Fcallback")); },
       "redirect_uri is encoded twice"},
      {"az-encoding", "scope twice", kViolation,
       [](T& t) { t.Get(With(Good(), "scope", "account.read%20list.read")); }, "scope"},
      {"az-encoding", "broken escape", kViolation, [](T& t) { t.GetRaw("client_id=a%2"); }},
      {"az-encoding", "Latin-1", kViolation, [](T& t) { t.GetRaw("client_id=a&state=%E9"); }},
      {"az-encoding", "a percent sign in state", kOk,
       [](T& t) { t.Get(With(Good(), "state", "100%25sure")); }},
      {"az-no-secret", "none", kOk, [](T& t) { t.Get(Good()); }},
      {"az-no-secret", "as client_secret", kViolation,
       [](T& t) { t.Get(With(Good(), "client_secret", kSecret)); }},
      {"az-no-secret", "in another parameter", kViolation,
       [](T& t) { t.Get(With(Good(), "key", kSecret)); }, "parameter key"},
      {"az-no-implicit", "code", kOk, [](T& t) { t.Get(Good()); }},
      {"az-no-implicit", "token", kViolation,
       [](T& t) { t.Get(With(Good(), "response_type", "token")); }},
      {"az-no-implicit", "code token", kViolation,
       [](T& t) { t.Get(With(Good(), "response_type", "code token")); }},
      {"az-no-password", "code", kOk, [](T& t) { t.Token(Exchange()); }},
      {"az-no-password", "password", kViolation,
       [](T& t) {
         t.Token({{"grant_type", "password"}, {"username", "u"}, {"password", "p"}});
       }},
  };
}

std::vector<CheckCase> StateCases() {
  return {
      {"az-state-present", "state", kOk, [](T& t) { t.Get(Good()); }},
      {"az-state-present", "PKCE instead", kOk,
       [](T& t) { t.Get(Pkce(Without(Good(), "state"))); }},
      {"az-state-present", "neither", kViolation, [](T& t) { t.Get(Without(Good(), "state")); }},
      {"az-state-present", "empty", kViolation, [](T& t) { t.Get(With(Good(), "state", "")); }},
      {"az-state-unguessable", "base64url", kOk, [](T& t) { t.Get(Good()); }},
      {"az-state-unguessable", "128 bits as hex", kOk,
       [](T& t) { t.Get(Good("9f86d081884c7d659a2feaa0c55ad015")); }},
      {"az-state-unguessable", "22 characters of base64url without digits", kOk,
       [](T& t) { t.Get(Good("QmZxTfRjWnEaGhLsUdXiCq")); }},
      {"az-state-unguessable", "random UUID", kOk,
       [](T& t) { t.Get(Good("16fd2706-8baf-433b-82eb-8c7fada847da")); }},
      {"az-state-unguessable", "30 letters and digits", kOk,
       [](T& t) { t.Get(Good("sdf8Jd7sK2ml0PqwErtyUiopAsdfGh")); }},
      {"az-state-unguessable", "UUID of the time", kViolation,
       [](T& t) { t.Get(Good("6ba7b810-9dad-11d1-80b4-00c04fd430c8")); }, "UUID"},
      {"az-state-unguessable", "seconds", kViolation, [](T& t) { t.Get(Good("1700000000")); },
       "time of day"},
      {"az-state-unguessable", "milliseconds", kViolation,
       [](T& t) { t.Get(Good("1700000000123")); }, "time of day"},
      {"az-state-unguessable", "short", kViolation, [](T& t) { t.Get(Good("x7Kq")); },
       "4 characters hold 24 bits"},
      {"az-state-unguessable", "counter", kViolation, [](T& t) { t.Get(Good("42")); }},
      {"az-state-unguessable", "padded counter of two users", kViolation,
       [](T& t) {
         t.Authorize(Good("0123456789abcdef0123456789abcdef0123456789000041"), "A");
         t.Authorize(Good("0123456789abcdef0123456789abcdef0123456789000042"), "B");
       },
       "counter"},
      {"az-state-unguessable", "one user, session hash and counter", kOk,
       [](T& t) {
         t.Authorize(Good("0123456789abcdef0123456789abcdef0123456789000041"), "A");
         t.Authorize(Good("0123456789abcdef0123456789abcdef0123456789000042"), "A");
       }},
      {"az-state-unguessable", "no state", kNotSeen, [](T& t) { t.Get(Without(Good(), "state")); }},
      {"az-state-fresh", "two users", kOk,
       [](T& t) {
         t.Authorize(Good(kState), "A");
         t.Authorize(Good(kState2), "B");
       }},
      {"az-state-fresh", "one value shows nothing", kNotSeen, [](T& t) { t.Authorize(Good()); }},
      {"az-state-fresh", "shared by two users", kViolation,
       [](T& t) {
         t.Authorize(Good(kState), "A");
         t.Authorize(Good(kState), "B");
       },
       "users A and B"},
      {"az-state-fresh", "a hash of the session is allowed by the guide", kNotSeen,
       [](T& t) {
         t.Login();
         t.Authorize(Good(kState), "A");
       }},
      {"az-state-fresh", "used and sent again, RFC 9700", kViolation,
       [](T& t) {
         t.view().profile = "rfc9700";
         t.Login();
         t.Authorize(Good(kState), "A");
       }},
      {"az-state-fresh", "the same URL in two tabs", kNotSeen,
       [](T& t) {
         t.view().profile = "rfc9700";
         t.Authorize(Good(), "A");
         t.Authorize(Good(), "A");
       }},
      {"az-state-fresh", "page reloaded in foreign traffic", kNotSeen,
       [](T& t) {
         t.MakeForeign();
         t.view().profile = "rfc9700";
         t.Get(Good());
         t.Get(Good());
       }},
      {"az-state-fresh", "two codes redeemed in foreign traffic", kViolation,
       [](T& t) {
         t.MakeForeign();
         t.view().profile = "rfc9700";
         for (const auto code : {kCode, kCode2}) {
           t.Get(Good());
           t.Redirect({{"code", code}, {"state", kState}});
           t.Token(Exchange(code));
         }
       }},
      {"az-state-private", "random", kOk, [](T& t) { t.Get(Good()); }},
      {"az-state-private", "the secret", kViolation, [](T& t) { t.Get(Good(kSecret)); },
       "client secret"},
      {"az-state-private", "e-mail", kViolation, [](T& t) { t.Get(Good("user=jo@example.com")); },
       "e-mail"},
      {"az-state-private", "e-mail in base64url JSON", kViolation,
       [](T& t) { t.Get(Good("eyJ1Ijoiam9AZXhhbXBsZS5jb20ifQ")); }, "e-mail"},
      // 32 bytes that happen to hold "a@b.co" say nothing: they are not text.
      {"az-state-private", "random bytes with an at sign", kOk,
       [](T& t) { t.Get(Good("YUBiLmNvAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBk")); }},
      {"az-state-portable", "base64url", kOk, [](T& t) { t.Get(Good()); }},
      {"az-state-portable", "128 characters", kOk,
       [](T& t) { t.Get(Good(std::string(128, 'a'))); }},
      {"az-state-portable", "129 characters", kViolation,
       [](T& t) { t.Get(Good(std::string(129, 'a'))); }, "129 characters"},
      {"az-state-portable", "plus", kViolation, [](T& t) { t.Get(Good("abc+def")); }, "0x2B"},
  };
}

std::vector<CheckCase> PkceCases() {
  const auto link = [](T& t, const Form& query, std::string_view verifier) {
    t.Get(query);
    t.Redirect({{"code", kCode}, {"state", query.GetOr("state")}});
    t.Token(verifier.empty() ? Exchange() : With(Exchange(), "code_verifier", verifier));
  };
  return {
      {"pk-public", "challenge", kOk,
       [](T& t) {
         t.MakePublic();
         t.Get(Pkce(Good()));
       }},
      {"pk-public", "none", kViolation,
       [](T& t) {
         t.MakePublic();
         t.Get(Good());
       }},
      {"pk-public", "confidential", kNotSeen, [](T& t) { t.Get(Good()); }},
      {"pk-public", "foreign and unknown", kNotSeen,
       [](T& t) {
         t.MakeForeign();
         t.Get(Good()).facts.client_known = false;
       }},
      {"pk-confidential", "challenge", kOk, [](T& t) { t.Get(Pkce(Good())); }},
      {"pk-confidential", "none", kViolation, [](T& t) { t.Get(Good()); }},
      {"pk-aweber-confidential", "none", kOk, [](T& t) { t.Get(Good()); }},
      {"pk-aweber-confidential", "challenge", kViolation, [](T& t) { t.Get(Pkce(Good())); }},
      {"pk-aweber-confidential", "public", kNotSeen,
       [](T& t) {
         t.MakePublic();
         t.Get(Pkce(Good()));
       }},
      {"pk-s256", "S256", kOk, [](T& t) { t.Get(Pkce(Good())); }},
      {"pk-s256", "plain", kViolation,
       [](T& t) { t.Get(With(Pkce(Good()), "code_challenge_method", "plain")); }, "saw plain"},
      {"pk-s256", "omitted", kViolation,
       [](T& t) { t.Get(With(Good(), "code_challenge", kChallenge)); }, "means plain"},
      {"pk-s256", "no PKCE", kNotSeen, [](T& t) { t.Get(Good()); }},
      {"pk-verifier-syntax", "43", kOk,
       [](T& t) { t.Token(With(Exchange(), "code_verifier", kVerifier)); }},
      {"pk-verifier-syntax", "short", kViolation,
       [](T& t) { t.Token(With(Exchange(), "code_verifier", "tooshort")); }, "8 characters"},
      {"pk-verifier-syntax", "plus sign", kViolation,
       [](T& t) { t.Token(With(Exchange(), "code_verifier", std::string(43, '+'))); }},
      {"pk-verifier-sent", "sent", kOk, [=](T& t) { link(t, Pkce(Good()), kVerifier); }},
      {"pk-verifier-sent", "not sent", kViolation, [=](T& t) { link(t, Pkce(Good()), ""); }},
      {"pk-verifier-sent", "the challenge came later, with another login", kNotSeen,
       [](T& t) {
         t.Get(Good());
         t.Redirect({{"code", kCode}, {"state", kState}});
         t.Get(Pkce(Good()));
         t.Token(Exchange());
       }},
      {"pk-verifier-sent", "no challenge", kNotSeen, [=](T& t) { link(t, Good(), ""); }},
      {"pk-match", "RFC 7636 Appendix B", kOk, [=](T& t) { link(t, Pkce(Good()), kVerifier); }},
      {"pk-match", "padded", kViolation,
       [=](T& t) { link(t, Pkce(Good(), std::string(kChallenge) + "="), kVerifier); }, "'='"},
      {"pk-match", "hex", kViolation,
       [=](T& t) {
         link(t, Pkce(Good(), "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"),
              kVerifier);
       },
       "hex"},
      {"pk-match", "plain base64", kViolation,
       [](T& t) { t.Get(Pkce(Good(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")); },
       "plain base64"},
      {"pk-match", "cut", kViolation, [](T& t) { t.Get(Pkce(Good(), kChallenge.substr(0, 42))); },
       "42 characters"},
      {"pk-match", "not hashed", kViolation,
       [=](T& t) { link(t, Pkce(Good(), kVerifier), kVerifier); }, "itself"},
      {"pk-match", "another verifier", kViolation,
       [=](T& t) { link(t, Pkce(Good()), "another-verifier-of-forty-three-characters-"); }},
      {"pk-match", "plain", kOk,
       [=](T& t) { link(t, With(Good(), "code_challenge", kVerifier), kVerifier); }},
      {"pk-match", "the verifier of another session", kOk,
       [=](T& t) {
         t.Get(Pkce(Good(kState2), "another-challenge-of-forty-three-characters"));
         link(t, Pkce(Good()), kVerifier);
       }},
      {"pk-fresh", "two", kOk,
       [](T& t) {
         t.Authorize(Pkce(Good(kState)));
         t.Authorize(Pkce(Good(kState2), "another-challenge-of-forty-three-characters"));
       }},
      {"pk-fresh", "one challenge, two states", kViolation,
       [](T& t) {
         t.Authorize(Pkce(Good(kState)));
         t.Authorize(Pkce(Good(kState2)));
       }},
      {"pk-fresh", "the same URL again", kNotSeen,
       [](T& t) {
         t.Authorize(Pkce(Good()));
         t.Authorize(Pkce(Good()));
       }},
      {"pk-no-downgrade", "stops", kOk,
       [](T& t) {
         t.Get(Pkce(Good())).status = 400;
         t.Get(Pkce(Good(kState2)));
       }},
      {"pk-no-downgrade", "plain after S256", kViolation,
       [](T& t) {
         t.Get(Pkce(Good())).status = 400;
         t.Get(With(Good(kState2), "code_challenge", kVerifier));
       }},
      {"pk-no-downgrade", "none after S256, as AWeber asks of confidential clients", kOk,
       [](T& t) {
         t.Get(Pkce(Good())).status = 400;
         t.Get(Good(kState2));
       }},
      {"pk-no-downgrade", "nothing was refused", kNotSeen, [](T& t) { t.Get(Pkce(Good())); }},
  };
}

}  // namespace aweber::conformance::test
