// simple-oauth2 5, wired as its README says, no kinder.
//
//     npm ci            (in this folder)
//     aweber-conformance run --driver "node examples/adapters/node/simple-oauth2.mjs"
//
// The library passes `state` on and never compares it, so the feature `state` is not claimed. The
// callback and API requests are the application's: the lines here that read the one and send the
// other say nothing of the library.
import { readFile, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { AuthorizationCode } from 'simple-oauth2';
import { Refused, current, serve, versionOf } from './loop.mjs';

const cases = new Map(); // case -> { client, opened }

const tokenFile = (request) => `${cases.get(request.case).opened.store_dir}/${request.session}.json`;
const save = (request, token) => writeFile(tokenFile(request), JSON.stringify(token));

async function load(request) {
  let text;
  try {
    text = await readFile(tokenFile(request), 'utf8');
  } catch {
    throw new Refused('reauthorize', 'no token: log in first');
  }
  return cases.get(request.case).client.createToken(JSON.parse(text));
}

const answer = ({ token }) => {
  const expires = new Date(token.expires_at).getTime();
  return {
    access_token: token.access_token,
    ...(token.refresh_token && { refresh_token: token.refresh_token }),
    ...(Number.isFinite(expires) && { expires_at: Math.floor(expires / 1000) }),
  };
};

// The library throws boom errors: output.statusCode, data.payload.
async function explained(run) {
  try {
    return await run();
  } catch (error) {
    if (!error.isBoom) throw error;
    const code = error.data?.payload?.error;
    if (code === 'invalid_grant') throw new Refused('reauthorize', error.message, { code });
    if (error.data?.isResponseError) {
      throw new Refused('http', error.message, { status: error.output.statusCode });
    }
    const reason = String(error.code ?? error.cause?.code ?? '');
    const tls = /CERT|TLS|SSL|SELF_SIGNED|ALTNAME|VERIFY|ISSUER/.test(reason + error.message);
    throw new Refused(tls ? 'tls' : 'network', error.message);
  }
}

serve(
  { name: 'simple-oauth2', version: versionOf('simple-oauth2'), language: 'JavaScript' },
  {
    auth: ['basic'], token_transport: ['header'], refresh: ['manual', 'on_expiry'],
    persist: true, revoke: true,
  },
  {
    open(request) {
      const token = new URL(request.token_url);
      const authorize = new URL(request.authorize_url);
      const client = new AuthorizationCode({
        client: { id: request.client_id, secret: request.client_secret },
        auth: {
          tokenHost: token.origin,
          tokenPath: token.pathname,
          revokePath: request.revoke_url, // resolved against tokenHost
          authorizeHost: authorize.origin,
          authorizePath: authorize.pathname + authorize.search,
        },
      });
      cases.set(request.case, { client, opened: request });
    },
    close: (request) => void cases.delete(request.case),
    authorize(request) {
      const { client, opened } = cases.get(request.case);
      return {
        url: client.authorizeURL({
          redirect_uri: opened.redirect_uri,
          scope: opened.scopes,
          state: randomBytes(16).toString('hex'),
        }),
      };
    },
    async callback(request) {
      const { client, opened } = cases.get(request.case);
      const query = new URL(request.url).searchParams;
      if (query.has('error')) {
        throw new Refused('provider_error', 'no code', { code: query.get('error') });
      }
      if (query.getAll('code').length > 1) throw new Refused('invalid_response', 'two codes');
      const code = query.get('code'); // null where there is none: that is the library's to say
      const token = await explained(() =>
        client.getToken({ code, redirect_uri: opened.redirect_uri, scope: opened.scopes }));
      await save(request, token);
      return { token: answer(token) };
    },
    async call(request) {
      let token = await load(request);
      if (token.expired()) {
        token = await explained(() => token.refresh());
        await save(request, token);
      }
      if (!request.url.startsWith(`${cases.get(request.case).opened.api_url}/`)) {
        throw new Refused('other', "not AWeber's API: the token stays here");
      }
      const response = await fetch(request.url, {
        method: request.method,
        headers: {
          authorization: `Bearer ${token.token.access_token}`,
          ...(request.body && { 'content-type': 'application/json' }),
        },
        body: request.body && JSON.stringify(request.body),
      });
      return { status: response.status };
    },
    async refresh(request) {
      const token = await load(request);
      const fresh = await explained(() => token.refresh());
      await save(request, fresh);
      return { token: answer(fresh) };
    },
    async revoke(request) {
      const token = await load(request);
      await explained(() => token.revokeAll());
      await writeFile(tokenFile(request), '');
    },
    token: async (request) => current(answer(await load(request))),
  },
);
