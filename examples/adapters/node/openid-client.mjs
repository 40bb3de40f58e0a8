// openid-client 6, wired as its README's authorization code flow says, no kinder.
//
//     npm ci            (in this folder)
//     aweber-conformance run --driver "node examples/adapters/node/openid-client.mjs"
//
// AWeber publishes no metadata, so the Configuration is made by hand; PKCE is used for public
// clients alone and Basic is chosen, because AWeber asks for that.
import { perSession, Refused, serve, versionOf } from './loop.mjs';

const client = await import('openid-client'); // after loop.mjs, which gives Node 18 its crypto
if (!client.ClientSecretBasic) throw new Error('this adapter needs openid-client 6 or later: npm install openid-client@6');

const cases = new Map(); // case -> { config, request }
const sessionOf = perSession(); // -> { state, verifier, tokens }

const answer = (tokens) => ({
  access_token: tokens.access_token,
  ...(tokens.refresh_token && { refresh_token: tokens.refresh_token }),
});

async function explained(run) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof client.AuthorizationResponseError) {
      throw new Refused('provider_error', error.message, { code: error.error });
    }
    if (error instanceof client.ResponseBodyError) {
      const kind = error.error === 'invalid_grant' ? 'reauthorize' : 'http';
      throw new Refused(kind, error.message, { code: error.error, status: error.status });
    }
    if (error.code === 'OAUTH_INVALID_RESPONSE' && /"state"/.test(error.message + error.cause?.message)) {
      throw new Refused('state_mismatch', error.message);
    }
    if (error.code === 'OAUTH_INVALID_RESPONSE' && /"iss"/.test(error.message + error.cause?.message)) {
      throw new Refused('issuer_mismatch', error.message);
    }
    if (String(error.code).startsWith('OAUTH_')) throw new Refused('invalid_response', error.message);
    throw error;
  }
}

function needTokens(request) {
  const { tokens } = sessionOf(request);
  if (!tokens) throw new Refused('reauthorize', 'no token: log in first');
  return tokens;
}

async function refresh(request) {
  const tokens = needTokens(request);
  if (!tokens.refresh_token) throw new Refused('reauthorize', 'no refresh token');
  const fresh = await explained(() =>
    client.refreshTokenGrant(cases.get(request.case).config, tokens.refresh_token));
  sessionOf(request).tokens = { ...tokens, ...fresh };
  return { token: answer(sessionOf(request).tokens) };
}

serve(
  { name: 'openid-client', version: versionOf('openid-client'), language: 'JavaScript' },
  {
    state: true, pkce: ['S256'], auth: ['basic'], token_transport: ['header'],
    refresh: ['manual'], iss: true, revoke: true, public_clients: true,
  },
  {
    open(request) {
      const isPublic = request.client_type === 'public';
      const server = {
        // RFC 9207: `issuer` is there when the server always sends iss.
        issuer: request.issuer ?? request.authorize_url.split('?')[0].replace(/\/oauth2\/authorize$/, ''),
        authorization_response_iss_parameter_supported: Boolean(request.issuer),
        authorization_endpoint: request.authorize_url,
        token_endpoint: request.token_url,
        revocation_endpoint: request.revoke_url,
      };
      try {
        const config = new client.Configuration(
          server, request.client_id, isPublic ? undefined : request.client_secret,
          isPublic ? client.None() : client.ClientSecretBasic(request.client_secret));
        cases.set(request.case, { request, config });
      } catch (error) { // what it cannot work with: an empty secret
        throw new Refused('other', error.message);
      }
    },
    close: (request) => void cases.delete(request.case),
    async authorize(request) {
      const { config, request: opened } = cases.get(request.case);
      const session = sessionOf(request);
      session.state = client.randomState();
      const parameters = {
        redirect_uri: opened.redirect_uri,
        scope: opened.scopes.join(' '),
        state: session.state,
      };
      if (opened.client_type === 'public') {
        session.verifier = client.randomPKCECodeVerifier();
        parameters.code_challenge = await client.calculatePKCECodeChallenge(session.verifier);
        parameters.code_challenge_method = 'S256';
      }
      return { url: client.buildAuthorizationUrl(config, parameters).href };
    },
    async callback(request) {
      const session = sessionOf(request);
      session.tokens = await explained(() =>
        client.authorizationCodeGrant(cases.get(request.case).config, new URL(request.url), {
          pkceCodeVerifier: session.verifier,
          expectedState: session.state,
        }));
      return { token: answer(session.tokens) };
    },
    async call(request) {
      const tokens = needTokens(request);
      const body = request.body && JSON.stringify(request.body);
      try {
        const response = await client.fetchProtectedResource(
          cases.get(request.case).config, tokens.access_token, new URL(request.url),
          request.method, body,
          new Headers(body ? { 'content-type': 'application/json' } : {}));
        return { status: response.status };
      } catch (error) {
        // The library throws when the API answers with a WWW-Authenticate challenge.
        if (error instanceof client.WWWAuthenticateChallengeError) return { status: error.status };
        return explained(() => { throw error; });
      }
    },
    refresh,
    async revoke(request) {
      const tokens = needTokens(request);
      await explained(() => client.tokenRevocation(
        cases.get(request.case).config, tokens.refresh_token ?? tokens.access_token));
      delete sessionOf(request).tokens;
    },
    token: (request) => answer(needTokens(request)),
  },
);
