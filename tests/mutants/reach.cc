// Where each mistake can be made: what its family has, and the rows that differ from it.
#include <map>
#include <string_view>

#include "tests/mutants/mutant.h"

namespace aweber::mutants {
namespace {

using D = Deviation;
using P = Place;

constexpr Steps kTokenEndpoint = Step::kExchange | Step::kRefresh;
constexpr Steps kBackChannel = kTokenEndpoint | Step::kRevoke;
constexpr Steps kEveryRequest = kBackChannel | Step::kCall;

const std::vector<Place> kUrlParts = {P::kHost,  P::kScheme, P::kPort,      P::kPath,
                                      P::kQuery, P::kCase,   P::kCharacter, P::kWhole};
const std::vector<Place> kOpaqueParts = {P::kCharacter, P::kCase, P::kWhole};
const std::vector<Place> kPartsShortOfAll = {P::kCharacter, P::kCase};

// In the order of the enumeration: the family of a mistake is what its value lies between.
Steps FamilyOf(D deviation) {
  if (deviation < D::kSkipState) return Only(Step::kAuthorize);
  if (deviation < D::kTokenGet) return Only(Step::kCallback);
  if (deviation < D::kRefuseUnknownMembers) return Only(Step::kExchange);
  if (deviation < D::kTokenInQuery) return kTokenEndpoint;
  if (deviation < D::kRefreshWithoutToken) return Only(Step::kCall);
  if (deviation < D::kRevokedTokenDiffers) return Only(Step::kRefresh);
  if (deviation < D::kPageRepeatsMarkup) return Only(Step::kRevoke);
  return 0;
}

const std::map<D, Reach>& Exceptions() {
  static const std::map<D, Reach> rows = {
      // Sent at both requests, as a wrong setting is.
      {D::kRedirectDiffers, {.steps = Only(Step::kAuthorize), .parts = kUrlParts}},
      {D::kClientIdDiffers, {.steps = Only(Step::kAuthorize), .parts = kOpaqueParts}},
      {D::kSecretInAuthorize,
       {.steps = Only(Step::kAuthorize), .clients = Clients::kConfidential, .credentials = true}},
      {D::kSecretInState,
       {.steps = Only(Step::kAuthorize), .clients = Clients::kConfidential, .credentials = true}},
      {D::kFixedState, {.steps = Only(Step::kAuthorize), .fresh = true}},
      {D::kNoState, {.steps = Only(Step::kAuthorize)}},
      {D::kPublicWithoutPkce, {.steps = Only(Step::kAuthorize), .clients = Clients::kPublic}},
      {D::kConfidentialWithoutPkce,
       {.steps = Only(Step::kAuthorize), .clients = Clients::kConfidential}},
      {D::kPkceOnConfidential,
       {.steps = Only(Step::kAuthorize), .clients = Clients::kConfidential}},
      // AWeber's confidential clients use no PKCE.
      {D::kPkcePlain, {.steps = Only(Step::kAuthorize), .clients = Clients::kPublic}},
      {D::kPkceMethodOmitted, {.steps = Only(Step::kAuthorize), .clients = Clients::kPublic}},
      {D::kMethodCase, {.steps = Only(Step::kAuthorize), .clients = Clients::kPublic}},
      {D::kShortVerifier, {.steps = Only(Step::kAuthorize), .clients = Clients::kPublic}},
      {D::kChallengePadded, {.steps = Only(Step::kAuthorize), .clients = Clients::kPublic}},
      {D::kChallengeHex, {.steps = Only(Step::kAuthorize), .clients = Clients::kPublic}},
      {D::kVerifierReused,
       {.steps = Only(Step::kAuthorize), .clients = Clients::kPublic, .fresh = true}},
      {D::kPkceDowngrade, {.steps = Only(Step::kAuthorize), .clients = Clients::kPublic}},
      {D::kVerifierNotSent, {.steps = Only(Step::kExchange), .clients = Clients::kPublic}},
      {D::kVerifierDiffers,
       {.steps = Only(Step::kExchange), .clients = Clients::kPublic, .parts = kOpaqueParts}},
      {D::kStateCompared,
       {.steps = Only(Step::kCallback),
        .parts = kPartsShortOfAll,
        .checks = {{P::kCase, "cb-state-exact"}}}},
      {D::kCallbackUriCompared, {.steps = Only(Step::kCallback), .parts = kUrlParts}},
      {D::kIssCompared, {.steps = Only(Step::kCallback), .parts = kUrlParts}},
      {D::kTokenGet, {.steps = kBackChannel, .checks = {{P::kRevoke, "rv-request"}}}},
      {D::kTokenJson, {.steps = kBackChannel, .checks = {{P::kRevoke, "rv-request"}}}},
      {D::kCredentialsInQuery,
       {.steps = kBackChannel, .clients = Clients::kConfidential, .credentials = true}},
      {D::kWrongGrantType, {.steps = kTokenEndpoint, .checks = {{P::kRefresh, "rf-request"}}}},
      {D::kGrantTypeCase, {.steps = kTokenEndpoint, .checks = {{P::kRefresh, "rf-request"}}}},
      {D::kCodeDiffers, {.steps = Only(Step::kExchange), .parts = kOpaqueParts}},
      {D::kTokenRedirectDiffers, {.steps = Only(Step::kExchange), .parts = kUrlParts}},
      {D::kTokenClientIdDiffers,
       {.steps = kBackChannel,
        .credentials = true,
        .parts = kOpaqueParts,
        .checks = {{P::kPublic, "tk-public-id"},
                   {P::kRefresh, "rf-auth"},
                   {P::kRevoke, "rv-request"},
                   {P::kRestarted, "rf-auth"}}}},
      {D::kSecretDiffers,
       {.steps = kBackChannel,
        .clients = Clients::kConfidential,
        .credentials = true,
        .parts = kOpaqueParts,
        .checks = {{P::kRefresh, "rf-auth"},
                   {P::kRevoke, "rv-request"},
                   {P::kRestarted, "rf-auth"}}}},
      {D::kNoClientAuth,
       {.steps = kBackChannel,
        .clients = Clients::kConfidential,
        .credentials = true,
        .checks = {{P::kRefresh, "rf-auth"},
                   {P::kRevoke, "rv-request"},
                   {P::kRestarted, "rf-auth"}}}},
      {D::kTwoAuthMethods,
       {.steps = kBackChannel, .clients = Clients::kConfidential, .credentials = true}},
      {D::kRawBasic, {.steps = kBackChannel, .clients = Clients::kConfidential}},
      {D::kBodyCredentials,
       {.steps = kBackChannel, .clients = Clients::kConfidential, .credentials = true}},
      {D::kPublicWithoutClientId,
       {.steps = kBackChannel,
        .clients = Clients::kPublic,
        .checks = {{P::kRevoke, "rv-request"}}}},
      {D::kDuplicateParameter, {.steps = kBackChannel}},
      {D::kTlsUnverified, {.steps = kEveryRequest}},
      {D::kRefreshRequired,
       {.steps = kTokenEndpoint, .checks = {{P::kRefresh, "rf-keep"}, {P::kRestarted, "rf-keep"}}}},
      {D::kFollowTokenRedirect, {.steps = kBackChannel}},
      {D::kSecretOnStderr, {.steps = kEveryRequest}},
      {D::kBasicOnStderr, {.steps = kEveryRequest}},
      {D::kSecretInMessage, {.steps = kEveryRequest}},
      {D::kOneTokenForAll, {.steps = Step::kCall | Step::kRefresh | Step::kRevoke}},
      {D::kFirstTokensKept, {.steps = Only(Step::kExchange)}},
      {D::kAccessTokenDiffers, {.steps = Only(Step::kCall), .parts = kOpaqueParts}},
      {D::kRefreshTokenDiffers, {.steps = Only(Step::kRefresh), .parts = kOpaqueParts}},
      {D::kRevokedTokenDiffers, {.steps = Only(Step::kRevoke), .parts = kOpaqueParts}},
      {D::kOldExpiryKept, {.steps = Only(Step::kRefresh)}},
      {D::kRefreshTokenToApi, {.steps = Only(Step::kCall)}},
      {D::kInventedToken, {.steps = Step::kCallback | Step::kRefresh | Step::kTell}},
      {D::kInventedRefreshToken, {.steps = Step::kCallback | Step::kRefresh | Step::kTell}},
      {D::kStaleTokenTold, {.steps = Step::kRefresh | Step::kTell}},
      {D::kOthersTokenTold, {.steps = Only(Step::kTell)}},
      {D::kStatusInvented, {.steps = Only(Step::kCall)}},
      {D::kErrorStatusInvented, {.steps = kEveryRequest}},
      {D::kErrorCodeInvented, {.steps = Only(Step::kCallback)}},
      {D::kErrorKindInvented, {.steps = kEveryRequest | Step::kCallback}},
      {D::kClaimsSuccess,
       {.steps = Step::kCallback | Step::kRefresh | Step::kRevoke | Step::kCall}},
      {D::kUnclaimedConcurrency,
       {.steps = Step::kCallback | Step::kRefresh | Step::kRevoke | Step::kCall}},
      {D::kNoExpiryRefresh, {.steps = Only(Step::kCall)}},
  };
  return rows;
}

}  // namespace

Reach ReachOf(const DeviationInfo& info) {
  const auto row = Exceptions().find(info.deviation);
  if (row != Exceptions().end()) return row->second;
  Reach reach;
  reach.steps = FamilyOf(info.deviation);
  return reach;
}

}  // namespace aweber::mutants
