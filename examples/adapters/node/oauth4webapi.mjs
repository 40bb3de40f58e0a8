// oauth4webapi 3, wired as its OAuth 2 example says, no kinder.
//
//     npm ci            (in this folder)
//     aweber-conformance run --driver "node examples/adapters/node/oauth4webapi.mjs"
//
// AWeber publishes no metadata, so the server is described by hand; PKCE is used for public clients
// alone, because AWeber refuses it from confidential ones.
import { perSession, Refused, serve, versionOf } from './loop.mjs';

const oauth = await import('oauth4webapi'); // after loop.mjs, which gives Node 18 its crypto

const cases = new Map();
const sessionOf = perSession(); // -> { state, verifier, tokens }

const answer = (tokens) => ({
  access_token: tokens.access_token,
  ...(tokens.refresh_token && { refresh_token: tokens.refresh_token }),
});

async function explained(run) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      throw new Refused('provider_error', error.message, { code: error.error });
    }
    if (error instanceof oauth.ResponseBodyError) {
      const kind = error.error === 'invalid_grant' ? 'reauthorize' : 'http';
      throw new Refused(kind, error.message, { code: error.error, status: error.status });
    }
    if (error instanceof oauth.OperationProcessingError) {
      if (/"state"/.test(error.message)) throw new Refused('state_mismatch', error.message);
      if (/"iss"/.test(error.message)) throw new Refused('issuer_mismatch', error.message);
      throw new Refused('invalid_response', error.message);
    }
    throw error;
  }
}

function needTokens(request) {
  const { tokens } = sessionOf(request);
  if (!tokens) throw new Refused('reauthorize', 'no token: log in first');
  return tokens;
}

serve(
  { name: 'oauth4webapi', version: versionOf('oauth4webapi'), language: 'JavaScript' },
  {
    state: true, pkce: ['S256'], auth: ['basic'], token_transport: ['header'],
    refresh: ['manual'], iss: true, revoke: true, public_clients: true,
  },
  {
    open(request) {
      const isPublic = request.client_type === 'public';
      cases.set(request.case, {
        as: {
          // RFC 9207: `issuer` is there when the server always sends iss.
          issuer: request.issuer ?? request.authorize_url.split('?')[0].replace(/\/oauth2\/authorize$/, ''),
          authorization_response_iss_parameter_supported: Boolean(request.issuer),
          authorization_endpoint: request.authorize_url,
          token_endpoint: request.token_url,
          revocation_endpoint: request.revoke_url,
        },
        client: { client_id: request.client_id },
        // Made when needed: the library throws for what it cannot work with, an empty secret.
        get auth() {
          return isPublic ? oauth.None() : oauth.ClientSecretBasic(request.client_secret);
        },
        opened: request,
      });
    },
    close: (request) => void cases.delete(request.case),
    async authorize(request) {
      const { as, client, opened } = cases.get(request.case);
      const session = sessionOf(request);
      session.state = oauth.generateRandomState();
      const url = new URL(as.authorization_endpoint);
      url.searchParams.set('client_id', client.client_id);
      url.searchParams.set('redirect_uri', opened.redirect_uri);
      url.searchParams.set('response_type', 'code');
      url.searchParams.set('scope', opened.scopes.join(' '));
      url.searchParams.set('state', session.state);
      if (opened.client_type === 'public') {
        session.verifier = oauth.generateRandomCodeVerifier();
        url.searchParams.set(
          'code_challenge', await oauth.calculatePKCECodeChallenge(session.verifier));
        url.searchParams.set('code_challenge_method', 'S256');
      }
      return { url: url.href };
    },
    async callback(request) {
      const { as, client, auth, opened } = cases.get(request.case);
      const session = sessionOf(request);
      session.tokens = await explained(async () => {
        const parameters = oauth.validateAuthResponse(
          as, client, new URL(request.url), session.state);
        const response = await oauth.authorizationCodeGrantRequest(
          as, client, auth, parameters, opened.redirect_uri, session.verifier ?? oauth.nopkce);
        return oauth.processAuthorizationCodeResponse(as, client, response);
      });
      return { token: answer(session.tokens) };
    },
    async call(request) {
      const tokens = needTokens(request);
      const body = request.body && JSON.stringify(request.body);
      try {
        const response = await oauth.protectedResourceRequest(
          tokens.access_token, request.method, new URL(request.url),
          new Headers(body ? { 'content-type': 'application/json' } : {}), body);
        return { status: response.status };
      } catch (error) {
        // The library throws when the API answers with a WWW-Authenticate challenge.
        if (error instanceof oauth.WWWAuthenticateChallengeError) return { status: error.status };
        return explained(() => { throw error; });
      }
    },
    async refresh(request) {
      const { as, client, auth } = cases.get(request.case);
      const tokens = needTokens(request);
      if (!tokens.refresh_token) throw new Refused('reauthorize', 'no refresh token');
      const fresh = await explained(async () => oauth.processRefreshTokenResponse(
        as, client,
        await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token)));
      sessionOf(request).tokens = { ...tokens, ...fresh };
      return { token: answer(sessionOf(request).tokens) };
    },
    async revoke(request) {
      const { as, client, auth } = cases.get(request.case);
      const tokens = needTokens(request);
      await explained(async () => oauth.processRevocationResponse(
        await oauth.revocationRequest(
          as, client, auth, tokens.refresh_token ?? tokens.access_token)));
      delete sessionOf(request).tokens;
    },
    token: (request) => answer(needTokens(request)),
  },
);
