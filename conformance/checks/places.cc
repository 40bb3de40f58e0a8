#include "conformance/checks/places.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace aweber::conformance {
namespace {

using Set = std::uint32_t;

constexpr Set Bit(Place place) { return Set{1} << static_cast<int>(place); }

constexpr Set A = Bit(Place::kAuthorize), C = Bit(Place::kCallback), E = Bit(Place::kExchange),
              R = Bit(Place::kRefresh), V = Bit(Place::kRevoke), K = Bit(Place::kCall);
constexpr Set kAnyRequest = A | C | E | R | V | K;
constexpr Set kConfidentialOnly = Bit(Place::kConfidential);
constexpr Set kPublicOnly = Bit(Place::kPublic);
constexpr Set kBothClients = kConfidentialOnly | kPublicOnly;
constexpr Set kAnySecret = Bit(Place::kPlain) | Bit(Place::kHostile);
constexpr Set kOpaque = Bit(Place::kWhole) | Bit(Place::kCase) | Bit(Place::kCharacter);
constexpr Set kUrl = kOpaque | Bit(Place::kScheme) | Bit(Place::kHost) | Bit(Place::kPort) |
                     Bit(Place::kPath) | Bit(Place::kQuery);
constexpr Set kAttempts = Bit(Place::kFirst) | Bit(Place::kAgain) | Bit(Place::kFirstUser) |
                          Bit(Place::kSecondUser) | Bit(Place::kNextCase);

// Every attempt of every user; after a restart where stored tokens are used.
constexpr CheckPlaces Row(std::string_view check, Set requests, Set clients = kBothClients,
                          Set more = 0) {
  const Set restarted = (requests & (R | V | K)) != 0 ? Bit(Place::kRestarted) : 0;
  return {check, requests | clients | kAttempts | restarted | more};
}

// Where a rule applies and can be seen at another place only.
struct Exception {
  std::string_view check;
  Set places;
  std::string_view why;
};
constexpr Exception kExceptions[] = {
    {"az-state-fresh", Bit(Place::kFirst) | Bit(Place::kFirstUser),
     "one value shows nothing: it takes a second attempt or another user to see it again"},
    {"cb-state-bound", Bit(Place::kFirstUser), "it takes another user's state"},
    {"pk-no-downgrade", Bit(Place::kFirst), "it takes an attempt after the one that was refused"},
    {"rf-auth", Bit(Place::kAgain) | Bit(Place::kSecondUser),
     "the broken clients of tk-auth at this place leave it out at the refresh as well"},
};

const Exception* FindException(std::string_view check, Place place) {
  const auto* const found = std::find_if(
      std::begin(kExceptions), std::end(kExceptions),
      [&](const Exception& row) { return row.check == check && (row.places & Bit(place)) != 0; });
  return found == std::end(kExceptions) ? nullptr : found;
}

std::string RequestsInWords(Set requests) {
  std::vector<std::string_view> names;
  for (const Place place : AllPlaces()) {
    if ((requests & kAnyRequest & Bit(place)) != 0) names.push_back(PlaceName(place));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string_view PlaceName(Place place) {
  static constexpr std::string_view kNames[] = {
      "authorize",    "callback",    "exchange",  "refresh",   "revoke", "call",
      "confidential", "public",      "plain",     "hostile",   "first",  "again",
      "first-user",   "second-user", "next-case", "restarted", "whole",  "scheme",
      "host",         "port",        "path",      "query",     "case",   "character"};
  static_assert(std::size(kNames) == kPlaces);
  return kNames[static_cast<int>(place)];
}

std::vector<Place> AllPlaces() {
  std::vector<Place> all;
  all.reserve(kPlaces);
  for (int i = 0; i < kPlaces; ++i) all.push_back(static_cast<Place>(i));
  return all;
}

const std::vector<CheckPlaces>& PlacesOfChecks() {
  static const std::vector<CheckPlaces> rows = {
      Row("az-response-type", A),
      Row("az-client-id", A, kBothClients, kOpaque),
      Row("az-redirect-present", A),
      Row("az-redirect-absolute", A),
      Row("az-redirect-registered", A, kBothClients, kUrl),
      Row("az-query-kept", A),
      Row("az-no-dup", A),
      Row("az-scope-syntax", A),
      Row("az-encoding", A),
      Row("az-no-secret", A, kConfidentialOnly, kAnySecret),
      Row("az-no-implicit", A),
      Row("az-no-password", E),
      Row("az-state-present", A),
      Row("az-state-unguessable", A),
      Row("az-state-fresh", A),
      Row("az-state-private", A, kConfidentialOnly, kAnySecret),
      Row("az-state-portable", A),
      Row("pk-public", A, kPublicOnly),
      Row("pk-confidential", A, kConfidentialOnly),
      Row("pk-aweber-confidential", A, kConfidentialOnly),
      Row("pk-s256", A, kPublicOnly),
      Row("pk-verifier-syntax", A, kPublicOnly),
      Row("pk-verifier-sent", E, kPublicOnly),
      Row("pk-match", A | E, kPublicOnly, kOpaque),
      Row("pk-fresh", A, kPublicOnly),
      Row("pk-no-downgrade", A, kPublicOnly),
      Row("cb-state-mismatch", C, kBothClients, Bit(Place::kCharacter)),
      Row("cb-state-missing", C),
      Row("cb-state-exact", C, kBothClients, Bit(Place::kCase)),
      Row("cb-state-single-use", C),
      Row("cb-state-bound", C),
      Row("cb-error-stops", C),
      Row("cb-error-state", C),
      Row("cb-unknown-ignored", C),
      Row("cb-dup-refused", C),
      Row("cb-order-free", C),
      Row("cb-code-opaque", C),
      Row("cb-uri-match", C, kPublicOnly, kUrl),
      Row("cb-transport", A),
      Row("cb-loopback-literal", A, kPublicOnly),
      Row("iss-equal", C, kBothClients, kUrl),
      Row("iss-required", C),
      Row("mixup-endpoint", C),
      Row("tk-post", E | R),
      Row("tk-form", E | R),
      Row("tk-no-uri-creds", E | R | V, kConfidentialOnly, kAnySecret),
      Row("tk-grant", E),
      Row("tk-code-exact", E, kBothClients, kOpaque),
      Row("tk-redirect-same", E, kBothClients, kUrl),
      Row("tk-code-once", E),
      Row("tk-no-dup", E | R | V),
      Row("tk-auth", E, kConfidentialOnly, kAnySecret | kOpaque),
      Row("tk-auth-one", E | R | V, kConfidentialOnly, kAnySecret),
      Row("tk-basic-encoded", E | R | V, kConfidentialOnly),
      Row("tk-basic-preferred", E | R | V, kConfidentialOnly, kAnySecret),
      Row("tk-public-id", E | R, kPublicOnly),
      Row("tr-unknown-ignored", E | R),
      Row("tr-type-case", E | R),
      Row("tr-type-unknown", E | R),
      Row("tr-expires-optional", E | R),
      Row("tr-expires-tolerant", E | R),
      Row("tr-expires-latest", E | R),
      Row("tr-refresh-optional", E),
      Row("tr-scope-changed", E | R),
      Row("tr-size", E | R),
      Row("tr-error-class", E | R),
      Row("tk-tls", E | R | V | K),
      Row("tk-no-xorigin", E | R | V),
      Row("tr-no-secret-log", E | R | V | K),
      Row("rs-header", K),
      Row("rs-syntax", K),
      Row("rs-one-method", K),
      Row("rs-no-query", K),
      Row("rs-form-rules", K),
      Row("rs-confined", K),
      Row("rs-401-recovers", K),
      Row("rs-403-no-refresh", K),
      Row("rs-bounded", K),
      Row("rs-own-token", E | R | V | K, kBothClients, kOpaque),
      Row("rf-request", R, kBothClients, kOpaque),
      Row("rf-auth", R, kConfidentialOnly),
      Row("rf-scope", R),
      Row("rf-rotate", R),
      Row("rf-confined", K),
      Row("rf-keep", R),
      Row("rf-persist", R),
      Row("rf-single-flight", R),
      Row("rf-dead-end", R),
      Row("rv-request", V, kBothClients, kOpaque),
      Row("rv-200", V),
      Row("rv-503", V),
      Row("adapter-honest", C | R | V | K),
  };
  return rows;
}

bool CheckPlaces::Has(Place place) const {
  return (places & Bit(place)) != 0 && FindException(check, place) == nullptr;
}

const CheckPlaces* FindPlaces(std::string_view check) {
  const auto& rows = PlacesOfChecks();
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const CheckPlaces& row) { return row.check == check; });
  return found == rows.end() ? nullptr : &*found;
}

std::string WhyNot(const CheckPlaces& row, Place place) {
  if (const Exception* const exception = FindException(row.check, place)) {
    return std::string(exception->why);
  }
  if ((Bit(place) & kAnyRequest) != 0) {
    return fmt::format("the rule is about this: {}", RequestsInWords(row.places));
  }
  switch (place) {
    case Place::kConfidential:
      return "the rule is for clients without a secret";
    case Place::kPublic:
      return "the rule is for clients with a secret";
    case Place::kPlain:
    case Place::kHostile:
      return "the rule is not about the characters of id and secret";
    case Place::kRestarted:
      return "a login after a restart is a login as any other";
    default:
      return "the rule compares no value that has this part, or not by its parts";
  }
}

}  // namespace aweber::conformance
