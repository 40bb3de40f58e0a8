// client-oauth2 4, wired as its README says, no kinder.
//
//     npm ci            (in this folder)
//     aweber-conformance run --driver "node examples/adapters/node/client-oauth2.mjs"
//
// API requests are the application's: fetch with what `token.sign` made of the request.
import { randomBytes } from 'node:crypto';
import ClientOAuth2 from 'client-oauth2';
import { current, perSession, Refused, serve, versionOf } from './loop.mjs';

const cases = new Map(); // case -> ClientOAuth2
const sessionOf = perSession(); // -> { state, token }

const needToken = (request) => {
  const { token } = sessionOf(request);
  if (!token) throw new Refused('reauthorize', 'no token: log in first');
  return token;
};
const answer = (token) => ({
  access_token: token.accessToken,
  ...(token.refreshToken && { refresh_token: token.refreshToken }),
});

// The library's errors: EAUTH (an error member), ESTATUS (another status), TypeErrors of its own.
async function explained(run) {
  try {
    return await run();
  } catch (error) {
    if (error.code === 'EAUTH') {
      const code = error.body?.error;
      // AWeber's own errors are objects, not OAuth's codes.
      if (typeof code !== 'string') throw new Refused('http', error.message, { status: error.status });
      throw new Refused(code === 'invalid_grant' ? 'reauthorize' : 'provider_error',
        error.message, { code });
    }
    if (error.code === 'ESTATUS') throw new Refused('http', error.message, { status: error.status });
    if (/Invalid state/.test(error.message)) throw new Refused('state_mismatch', error.message);
    if (error.name === 'TypeError' && !error.cause) {
      throw new Refused('invalid_response', error.message);
    }
    throw error;
  }
}

serve(
  { name: 'client-oauth2', version: versionOf('client-oauth2'), language: 'JavaScript' },
  { state: true, auth: ['basic'], token_transport: ['header'], refresh: ['manual'] },
  {
    open(request) {
      cases.set(request.case, new ClientOAuth2({
        clientId: request.client_id,
        clientSecret: request.client_secret,
        accessTokenUri: request.token_url,
        authorizationUri: request.authorize_url,
        redirectUri: request.redirect_uri,
        scopes: request.scopes,
      }));
    },
    close: (request) => void cases.delete(request.case),
    authorize(request) {
      const session = sessionOf(request);
      session.state = randomBytes(16).toString('hex');
      return { url: cases.get(request.case).code.getUri({ state: session.state }) };
    },
    async callback(request) {
      const session = sessionOf(request);
      session.token = await explained(() =>
        cases.get(request.case).code.getToken(request.url, { state: session.state }));
      return { token: answer(session.token) };
    },
    async call(request) {
      const signed = needToken(request).sign({
        method: request.method,
        url: request.url,
        headers: request.body ? { 'content-type': 'application/json' } : {},
      });
      const response = await fetch(signed.url, {
        ...signed, body: request.body && JSON.stringify(request.body),
      });
      return { status: response.status };
    },
    async refresh(request) {
      const token = needToken(request);
      sessionOf(request).token = await explained(() => token.refresh());
      return { token: answer(sessionOf(request).token) };
    },
    token: (request) => current(answer(needToken(request))),
  },
);
