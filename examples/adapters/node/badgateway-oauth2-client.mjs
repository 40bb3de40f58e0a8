// @badgateway/oauth2-client 3, wired as its README says, no kinder: authorization code, and the fetch
// wrapper with storeToken and getStoredToken.
//
//     npm ci            (in this folder)
//     aweber-conformance run --driver "node examples/adapters/node/badgateway-oauth2-client.mjs"
//
// AWeber publishes no metadata, so the endpoints are settings. The README recommends PKCE always;
// here it is for public clients alone, because AWeber refuses it from confidential ones.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { perSession, Refused, serve, versionOf } from './loop.mjs';

const { generateCodeVerifier, OAuth2Client, OAuth2Error, OAuth2Fetch, OAuth2HttpError } =
  await import('@badgateway/oauth2-client'); // after loop.mjs, which gives Node 18 its crypto

const cases = new Map(); // case -> { client, opened }
const sessionOf = perSession(); // -> { state, codeVerifier, wrapper }

const tokenFile = (request) => `${cases.get(request.case).opened.store_dir}/${request.session}.json`;
const store = (request, token) => writeFileSync(tokenFile(request), JSON.stringify(token));
function load(request) {
  try {
    return JSON.parse(readFileSync(tokenFile(request), 'utf8'));
  } catch {
    return null;
  }
}
function needToken(request) {
  const token = load(request);
  if (!token) throw new Refused('reauthorize', 'no token: log in first');
  return token;
}

const answer = (token) => ({
  access_token: token.accessToken,
  ...(token.refreshToken && { refresh_token: token.refreshToken }),
  ...(token.expiresAt && { expires_at: Math.floor(token.expiresAt / 1000) }),
});

// One wrapper a user, as the README shows it.
function wrapperOf(request) {
  const session = sessionOf(request);
  session.wrapper ??= new OAuth2Fetch({
    client: cases.get(request.case).client,
    getNewToken: async () => null, // the user has to log in again
    storeToken: (token) => store(request, token),
    getStoredToken: () => load(request),
  });
  return session.wrapper;
}

async function explained(run) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof OAuth2HttpError) {
      const kind = error.oauth2Code === 'invalid_grant' ? 'reauthorize' : 'http';
      throw new Refused(kind, error.message, { status: error.httpCode });
    }
    if (error instanceof OAuth2Error) {
      throw new Refused('provider_error', error.message, { code: error.oauth2Code });
    }
    if (/"state"/.test(error.message)) throw new Refused('state_mismatch', error.message);
    if (/full reauth/.test(error.message)) throw new Refused('reauthorize', error.message);
    if (/invalid token response|code parameter/.test(error.message)) {
      throw new Refused('invalid_response', error.message);
    }
    throw error;
  }
}

serve(
  { name: '@badgateway/oauth2-client', version: versionOf('@badgateway/oauth2-client'), language: 'JavaScript' },
  {
    state: true, pkce: ['S256'], auth: ['basic'], token_transport: ['header'],
    refresh: ['manual', 'on_expiry', 'on_401'], persist: true, concurrent: 8, revoke: true,
    public_clients: true,
  },
  {
    open(request) {
      const client = new OAuth2Client({
        server: request.token_url,
        clientId: request.client_id,
        clientSecret: request.client_secret,
        tokenEndpoint: request.token_url,
        authorizationEndpoint: request.authorize_url,
        revocationEndpoint: request.revoke_url,
      });
      cases.set(request.case, { client, opened: request });
    },
    close: (request) => void cases.delete(request.case),
    async authorize(request) {
      const { client, opened } = cases.get(request.case);
      const session = sessionOf(request);
      session.state = randomBytes(16).toString('hex');
      if (opened.client_type === 'public') session.codeVerifier = await generateCodeVerifier();
      return {
        url: await client.authorizationCode.getAuthorizeUri({
          redirectUri: opened.redirect_uri,
          state: session.state,
          codeVerifier: session.codeVerifier,
          scope: opened.scopes,
        }),
      };
    },
    async callback(request) {
      const { client, opened } = cases.get(request.case);
      const session = sessionOf(request);
      const token = await explained(() =>
        client.authorizationCode.getTokenFromCodeRedirect(request.url, {
          redirectUri: opened.redirect_uri,
          state: session.state,
          codeVerifier: session.codeVerifier,
        }));
      store(request, token);
      delete session.wrapper; // the next one reads what is stored
      return { token: answer(token) };
    },
    async call(request) {
      const response = await explained(() => wrapperOf(request).fetch(request.url, {
        method: request.method,
        ...(request.body && {
          headers: { 'content-type': 'application/json' }, body: JSON.stringify(request.body),
        }),
      }));
      return { status: response.status };
    },
    async refresh(request) {
      const { client } = cases.get(request.case);
      const token = await explained(() => client.refreshToken(needToken(request)));
      store(request, token);
      delete sessionOf(request).wrapper;
      return { token: answer(token) };
    },
    async revoke(request) {
      const { client } = cases.get(request.case);
      const token = needToken(request);
      await explained(() => client.revoke(token, token.refreshToken ? 'refresh_token' : 'access_token'));
      writeFileSync(tokenFile(request), '');
      delete sessionOf(request).wrapper;
    },
    token: (request) => answer(needToken(request)),
  },
);
