// Deviations: each is one mistake that a real integration makes.
//
// Purpose: a conformance suite is worth what it catches. mutant-client is a small correct client;
//   `--deviation NAME` adds exactly one mistake, and script/mutants proves that the check named
//   here fails, and that no other does except the companions named here. `--deviation NAME@PLACE`
//   makes it at one place only (place.h): every mistake is tried at every place where it can be
//   made (mutant.h).
// Adding one: a value in Deviation, a row in deviation_*.cc, where it can be made in reach.cc if
//   that is not what its family has, and the `if` where the mistake is made.
// Ownership, thread safety: constant data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/mutants/place.h"

namespace aweber::mutants {

enum class Deviation {
  kNone,
  // The authorization URL.
  kOmitResponseType,
  kImplicit,
  kFixedClientId,
  kOmitRedirectUri,
  kRedirectFragment,
  kRedirectSlash,
  kDropEndpointQuery,
  kDuplicateScope,
  kScopeDoubleSpace,
  kDoubleEncodedRedirect,
  kSecretInAuthorize,
  kHttpRedirect,
  kLocalhostRedirect,
  kRedirectDiffers,
  kClientIdDiffers,
  kResponseTypeCase,
  // state.
  kNoState,
  kCounterState,
  kClockState,
  kShortState,
  kFixedState,
  kSecretInState,
  kLongState,
  // PKCE.
  kPublicWithoutPkce,
  kConfidentialWithoutPkce,
  kPkceOnConfidential,
  kPkcePlain,
  kPkceMethodOmitted,
  kShortVerifier,
  kVerifierNotSent,
  kChallengePadded,
  kChallengeHex,
  kVerifierReused,
  kPkceDowngrade,
  kMethodCase,
  kVerifierDiffers,
  // The callback.
  kSkipState,
  kAcceptMissingState,
  kAcceptEmptyState,
  kStateIgnoresCase,
  kStateByPrefix,
  kStateCompared,
  kStateNotConsumed,
  kStateShared,
  kErrorIgnored,
  kErrorStateUnchecked,
  kRefuseUnknownParameters,
  kDuplicatesFirstWins,
  kDuplicatesLastWins,
  kOrderDependent,
  kCodeTrimmed,
  kCodeCapped,
  kCallbackUriUnchecked,
  kCallbackUriCompared,
  kIssIgnored,
  kIssByPrefix,
  kIssCompared,
  kIssMissingAccepted,
  kMixup,
  // The token request.
  kTokenGet,
  kTokenJson,
  kCredentialsInQuery,
  kWrongGrantType,
  kPasswordGrant,
  kGrantTypeCase,
  kCodeLowercased,
  kCodeDiffers,
  kTokenRedirectSlash,
  kTokenRedirectReencoded,
  kTokenRedirectDiffers,
  kTokenClientIdDiffers,
  kSecretDiffers,
  kExchangeTwice,
  kRetryLostExchange,
  kNoClientAuth,
  kTwoAuthMethods,
  kRawBasic,
  kBodyCredentials,
  kPublicWithoutClientId,
  kDuplicateParameter,
  kTlsUnverified,
  kFollowTokenRedirect,
  // The token response.
  kRefuseUnknownMembers,
  kTokenTypeExactCase,
  kTokenTypeIgnored,
  kExpiresRequired,
  kExpiresIntOnly,
  kHourBuiltIn,
  kRefreshRequired,
  kScopeMustMatch,
  kTokenCapped,
  kErrorSwallowed,
  kSecretOnStderr,
  kBasicOnStderr,
  kSecretInMessage,
  // API requests.
  kTokenInQuery,
  kTokenInForm,
  kTwoTokenMethods,
  kBearerTwoSpaces,
  kWrongScheme,
  kFormTokenOnGet,
  kTokenToAnyHost,
  kFollowApiRedirect,
  kNo401Refresh,
  kRefreshOn403,
  kRefreshLoop,
  kOneTokenForAll,
  kFirstTokensKept,
  kAccessTokenDiffers,
  // Refresh.
  kRefreshWithoutToken,
  kRefreshTokenDiffers,
  kRefreshMoreScope,
  kKeepOldRefreshToken,
  kDropRefreshToken,
  kRotationNotSaved,
  kRefreshStampede,
  kDeadEndLoop,
  kRefusedClientLoop,
  kOldExpiryKept,
  kRefreshTokenToApi,
  // Revocation.
  kRevokedTokenDiffers,
  kRevokeNeedsBody,
  kRevoke503Forgets,
  // The pages of a web application.
  kPageRepeatsMarkup,
  kPageKeepsCode,
  kPageLoadsScript,
  kPageForwards,
  kListenerStaysOpen,
  // The adapter's own words.
  kInventedToken,
  kInventedRefreshToken,
  kStaleTokenTold,
  kOthersTokenTold,
  kStatusInvented,
  kErrorStatusInvented,
  kErrorCodeInvented,
  kErrorKindInvented,
  kClaimsSuccess,
  kUnclaimedConcurrency,
  kNoExpiryRefresh,
  kDoNothing,
  kRefuseAll,
};

// A mistake as one function makes it: which, and in which part of the value that it is about.
struct Mistake {
  Deviation deviation = Deviation::kNone;
  Place part = Place::kWhole;

  operator Deviation() const { return deviation; }
};

struct DeviationInfo {
  Deviation deviation = Deviation::kNone;
  std::string name;   // for --deviation
  std::string what;   // the mistake, in one sentence
  std::string check;  // must fail
  // May fail too: the same mistake truly breaks these rules.
  std::vector<std::string> companions = {};
  std::vector<std::string> unclaimed = {};  // features that this client does not claim
  std::string profile = {};  // the only profile in which it is a mistake; "" for the default
  bool webapp = false;       // a mistake of the web application's pages (web_app.h)
};

const std::vector<DeviationInfo>& AllDeviations();

}  // namespace aweber::mutants
