// Where each mistake can be made: what its family has, and the rows that differ from it.
#include <map>
#include <string_view>

#include "tests/mutants/mutant.h"

namespace aweber::mutants {
namespace {

using D = Deviation;
using P = Place;

constexpr Occasions kTokenEndpoint = Occasion::kExchange | Occasion::kRefresh;
constexpr Occasions kBackChannel = kTokenEndpoint | Occasion::kRevoke;
constexpr Occasions kEveryRequest = kBackChannel | Occasion::kCall;

const std::vector<Place> kUrlParts = {P::kHost,  P::kScheme, P::kPort,      P::kPath,
                                      P::kQuery, P::kCase,   P::kCharacter, P::kWhole};
const std::vector<Place> kOpaqueParts = {P::kCharacter, P::kCase, P::kWhole};
const std::vector<Place> kPartsShortOfAll = {P::kCharacter, P::kCase};

// In the order of the enumeration: the family of a mistake is what its value lies between.
Occasions FamilyOf(D deviation) {
  if (deviation < D::kSkipState) return Only(Occasion::kAuthorize);
  if (deviation < D::kTokenGet) return Only(Occasion::kCallback);
  if (deviation < D::kRefuseUnknownMembers) return Only(Occasion::kExchange);
  if (deviation < D::kTokenInQuery) return kTokenEndpoint;
  if (deviation < D::kRefreshWithoutToken) return Only(Occasion::kCall);
  if (deviation < D::kRevokedTokenDiffers) return Only(Occasion::kRefresh);
  if (deviation < D::kPageRepeatsMarkup) return Only(Occasion::kRevoke);
  return 0;
}

const std::map<D, Reach>& Exceptions() {
  static const std::map<D, Reach> rows = {
      // Sent at both requests, as a wrong setting is.
      {D::kRedirectDiffers, {.occasions = Only(Occasion::kAuthorize), .parts = kUrlParts}},
      {D::kClientIdDiffers, {.occasions = Only(Occasion::kAuthorize), .parts = kOpaqueParts}},
      {D::kSecretInAuthorize,
       {.occasions = Only(Occasion::kAuthorize),
        .clients = Clients::kConfidential,
        .credentials = true}},
      {D::kSecretInState,
       {.occasions = Only(Occasion::kAuthorize),
        .clients = Clients::kConfidential,
        .credentials = true}},
      {D::kFixedState, {.occasions = Only(Occasion::kAuthorize), .fresh = true}},
      {D::kNoState, {.occasions = Only(Occasion::kAuthorize)}},
      {D::kPublicWithoutPkce,
       {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kPublic}},
      {D::kConfidentialWithoutPkce,
       {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kConfidential}},
      {D::kPkceOnConfidential,
       {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kConfidential}},
      // AWeber's confidential clients use no PKCE.
      {D::kPkcePlain, {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kPublic}},
      {D::kPkceMethodOmitted,
       {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kPublic}},
      {D::kMethodCase, {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kPublic}},
      {D::kShortVerifier, {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kPublic}},
      {D::kChallengePadded, {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kPublic}},
      {D::kChallengeHex, {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kPublic}},
      {D::kVerifierReused,
       {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kPublic, .fresh = true}},
      {D::kPkceDowngrade, {.occasions = Only(Occasion::kAuthorize), .clients = Clients::kPublic}},
      {D::kVerifierNotSent, {.occasions = Only(Occasion::kExchange), .clients = Clients::kPublic}},
      {D::kVerifierDiffers,
       {.occasions = Only(Occasion::kExchange),
        .clients = Clients::kPublic,
        .parts = kOpaqueParts}},
      {D::kStateCompared,
       {.occasions = Only(Occasion::kCallback),
        .parts = kPartsShortOfAll,
        .checks = {{P::kCase, "cb-state-exact"}}}},
      {D::kCallbackUriCompared, {.occasions = Only(Occasion::kCallback), .parts = kUrlParts}},
      {D::kIssCompared, {.occasions = Only(Occasion::kCallback), .parts = kUrlParts}},
      {D::kTokenGet, {.occasions = kBackChannel, .checks = {{P::kRevoke, "rv-request"}}}},
      {D::kTokenJson, {.occasions = kBackChannel, .checks = {{P::kRevoke, "rv-request"}}}},
      {D::kCredentialsInQuery,
       {.occasions = kBackChannel, .clients = Clients::kConfidential, .credentials = true}},
      {D::kWrongGrantType, {.occasions = kTokenEndpoint, .checks = {{P::kRefresh, "rf-request"}}}},
      {D::kGrantTypeCase, {.occasions = kTokenEndpoint, .checks = {{P::kRefresh, "rf-request"}}}},
      {D::kCodeDiffers, {.occasions = Only(Occasion::kExchange), .parts = kOpaqueParts}},
      {D::kTokenRedirectDiffers, {.occasions = Only(Occasion::kExchange), .parts = kUrlParts}},
      {D::kTokenClientIdDiffers,
       {.occasions = kBackChannel,
        .credentials = true,
        .parts = kOpaqueParts,
        .checks = {{P::kPublic, "tk-public-id"},
                   {P::kRefresh, "rf-auth"},
                   {P::kRevoke, "rv-request"},
                   {P::kRestarted, "rf-auth"}}}},
      {D::kSecretDiffers,
       {.occasions = kBackChannel,
        .clients = Clients::kConfidential,
        .credentials = true,
        .parts = kOpaqueParts,
        .checks = {{P::kRefresh, "rf-auth"},
                   {P::kRevoke, "rv-request"},
                   {P::kRestarted, "rf-auth"}}}},
      {D::kNoClientAuth,
       {.occasions = kBackChannel,
        .clients = Clients::kConfidential,
        .credentials = true,
        .checks = {{P::kRefresh, "rf-auth"},
                   {P::kRevoke, "rv-request"},
                   {P::kRestarted, "rf-auth"}}}},
      {D::kTwoAuthMethods,
       {.occasions = kBackChannel, .clients = Clients::kConfidential, .credentials = true}},
      {D::kRawBasic, {.occasions = kBackChannel, .clients = Clients::kConfidential}},
      {D::kBodyCredentials,
       {.occasions = kBackChannel, .clients = Clients::kConfidential, .credentials = true}},
      {D::kPublicWithoutClientId,
       {.occasions = kBackChannel,
        .clients = Clients::kPublic,
        .checks = {{P::kRevoke, "rv-request"}}}},
      {D::kDuplicateParameter, {.occasions = kBackChannel}},
      {D::kTlsUnverified, {.occasions = kEveryRequest}},
      {D::kRefreshRequired,
       {.occasions = kTokenEndpoint,
        .checks = {{P::kRefresh, "rf-keep"}, {P::kRestarted, "rf-keep"}}}},
      {D::kFollowTokenRedirect, {.occasions = kBackChannel}},
      {D::kSecretOnStderr, {.occasions = kEveryRequest}},
      {D::kBasicOnStderr, {.occasions = kEveryRequest}},
      {D::kSecretInMessage, {.occasions = kEveryRequest}},
      {D::kOneTokenForAll, {.occasions = Occasion::kCall | Occasion::kRefresh | Occasion::kRevoke}},
      {D::kFirstTokensKept, {.occasions = Only(Occasion::kExchange)}},
      {D::kAccessTokenDiffers, {.occasions = Only(Occasion::kCall), .parts = kOpaqueParts}},
      {D::kRefreshTokenDiffers, {.occasions = Only(Occasion::kRefresh), .parts = kOpaqueParts}},
      {D::kRevokedTokenDiffers, {.occasions = Only(Occasion::kRevoke), .parts = kOpaqueParts}},
      {D::kOldExpiryKept, {.occasions = Only(Occasion::kRefresh)}},
      {D::kRefreshTokenToApi, {.occasions = Only(Occasion::kCall)}},
      {D::kInventedToken,
       {.occasions = Occasion::kCallback | Occasion::kRefresh | Occasion::kTell}},
      {D::kInventedRefreshToken,
       {.occasions = Occasion::kCallback | Occasion::kRefresh | Occasion::kTell}},
      {D::kStaleTokenTold, {.occasions = Occasion::kRefresh | Occasion::kTell}},
      {D::kOthersTokenTold, {.occasions = Only(Occasion::kTell)}},
      {D::kStatusInvented, {.occasions = Only(Occasion::kCall)}},
      {D::kErrorStatusInvented, {.occasions = kEveryRequest}},
      {D::kErrorCodeInvented, {.occasions = Only(Occasion::kCallback)}},
      {D::kErrorKindInvented, {.occasions = kEveryRequest | Occasion::kCallback}},
      {D::kClaimsSuccess,
       {.occasions =
            Occasion::kCallback | Occasion::kRefresh | Occasion::kRevoke | Occasion::kCall}},
      {D::kUnclaimedConcurrency,
       {.occasions =
            Occasion::kCallback | Occasion::kRefresh | Occasion::kRevoke | Occasion::kCall}},
      {D::kNoExpiryRefresh, {.occasions = Only(Occasion::kCall)}},
  };
  return rows;
}

}  // namespace

Reach ReachOf(const DeviationInfo& info) {
  const auto row = Exceptions().find(info.deviation);
  if (row != Exceptions().end()) return row->second;
  Reach reach;
  reach.occasions = FamilyOf(info.deviation);
  return reach;
}

}  // namespace aweber::mutants
