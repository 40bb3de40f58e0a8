// The AWeber side: login, tokens, API requests. Errors are Trouble (it may pass) or Reauthorize.
import crypto from 'node:crypto';
import { settings, is, varies, alwaysPkce } from './settings.mjs';
import { save } from './store.mjs';

export class Trouble extends Error {}
export class Reauthorize extends Error {}

const kMargin = 60; // seconds before the expiry at which a token is renewed
let counter = 1000;

const random = () => crypto.randomBytes(24).toString('base64url');
const challengeOf = verifier => crypto.createHash('sha256').update(verifier).digest('base64url');
const usesPkce = () => (settings.clientType === 'public' || alwaysPkce) && !is('no-pkce');

export function newState() {
  if (is('state-fixed')) return 'my-newsletters-login-state-0001';
  if (is('state-counter')) return `state-of-my-newsletters-${++counter}`;
  if (is('state-short')) return crypto.randomBytes(2).toString('hex');
  return random();
}

// The address that starts an attempt, and what must be remembered for it.
export function begin() {
  const attempt = { state: newState() };
  const query = new URLSearchParams({
    response_type: 'code', client_id: settings.clientId, redirect_uri: settings.redirectUri,
    scope: settings.scopes, state: attempt.state,
  });
  if (is('no-state')) query.delete('state');
  if (is('secret-in-authorize')) query.set('client_secret', settings.clientSecret);
  if (usesPkce()) {
    attempt.verifier = random() + random();
    query.set('code_challenge', is('pkce-plain') ? attempt.verifier : challengeOf(attempt.verifier));
    query.set('code_challenge_method', is('pkce-plain') ? 'plain' : 'S256');
  }
  const mark = settings.authorizeUrl.includes('?') ? '&' : '?';
  return { attempt, url: settings.authorizeUrl + mark + query };
}

const formEncoded = text => encodeURIComponent(text).replace(/%20/g, '+')
  .replace(/[!'()*~]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase());

// Basic, as AWeber prefers, unless the settings say otherwise.
function authenticate(fields, headers, query) {
  const way = is('body-credentials') ? 'body' : settings.auth || 'basic';
  if (settings.clientType === 'public') {
    fields.set('client_id', settings.clientId);
  } else if (way !== 'basic') {
    const target = way === 'body' ? fields : query;
    target.set('client_id', settings.clientId);
    target.set('client_secret', settings.clientSecret);
  } else {
    const encode = is('raw-basic') ? text => text : formEncoded;
    const words = `${encode(settings.clientId)}:${encode(settings.clientSecret)}`;
    headers.Authorization = 'Basic ' + Buffer.from(words).toString('base64');
  }
}

async function post(url, fields, { anonymous = false } = {}) {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' };
  const query = new URLSearchParams();
  if (!anonymous) authenticate(fields, headers, query);
  try {
    const redirect = is('follows-redirects') ? 'follow' : 'manual';
    const target = query.size === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;
    const reply = await fetch(target, {
      method: 'POST', headers, body: fields.toString(), redirect,
      signal: AbortSignal.timeout(8000) });
    return { status: reply.status, text: await reply.text() };
  } catch (problem) {
    if (is('logs-secrets')) console.log(`no answer to ${fields} ${headers.Authorization}`);
    throw new Trouble(`no answer from AWeber (${problem.name})`);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
}

// What a token reply says, on top of the tokens that were there before.
function tokensFrom(reply, before) {
  const members = reply.status === 200 ? parsed(reply.text) : null;
  if (!members || typeof members !== 'object' || members.error) {
    if (reply.status >= 500 || reply.status === 429 || reply.status === 200) {
      throw new Trouble(`AWeber answered ${reply.status}`);
    }
    throw new Reauthorize(`AWeber refused: ${reply.status}`);
  }
  const { access_token: access, refresh_token: refresh, token_type: type } = members;
  const bearer = is('exact-token-type') ? type === 'bearer'
    : type === undefined || String(type).toLowerCase() === 'bearer';
  if (typeof access !== 'string' || access === '' || (!bearer && !is('any-token-type'))) {
    throw new Trouble('AWeber sent no token that can be used');
  }
  if (is('needs-refresh-token') && !refresh) throw new Trouble('no refresh token');
  if (is('expires-integer-only') && !Number.isInteger(members.expires_in)) {
    throw new Trouble('no lifetime');
  }
  const life = Number(members.expires_in);
  const tokens = {
    access,
    refresh: refresh || before?.refresh,
    expires: Number.isFinite(life) && life > 0 ? Date.now() + life * 1000 : null,
    life: Number.isFinite(life) ? life : 0,
    first: before?.first ?? refresh,
  };
  if (before && is('rotation-not-stored')) tokens.refresh = before.refresh;
  if (before && is('rotation-undefined')) tokens.refresh = undefined;
  if (before && !refresh && is('absent-overwrites')) tokens.refresh = undefined;
  if (before && is('old-expiry-kept')) Object.assign(tokens, { expires: before.expires, life: before.life });
  return tokens;
}

export async function exchange(session, attempt, code) {
  const fields = new URLSearchParams({
    grant_type: 'authorization_code', code,
    redirect_uri: settings.redirectUri + (is('redirect-slash') ? '/' : ''),
  });
  if (attempt.verifier) fields.set('code_verifier', attempt.verifier);
  const reply = await post(settings.tokenUrl, fields);
  if (is('exchanges-twice')) await post(settings.tokenUrl, fields);
  const tokens = tokensFrom(reply, null);
  if (!(is('first-tokens-kept') && session.tokens)) session.tokens = tokens;
  if (is('logs-secrets')) console.log('connected with', tokens);
  if (is('logs-refresh-token')) console.error('saved', tokens.refresh);
  save();
}

async function requestRefresh(session) {
  const tokens = session.tokens;
  const fields = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh });
  if (is('refresh-more-scope')) fields.set('scope', settings.scopes + ' email.write');
  const reply = await post(settings.tokenUrl, fields, { anonymous: is('refresh-unauthenticated') });
  if (reply.status >= 500 && is('busy-forgets')) session.tokens = null;
  if ((reply.status === 400 || reply.status === 401) && !is('dead-end-loop')) {
    session.tokens = null; // it will never work again
  }
  save();
  session.tokens = tokensFrom(reply, tokens);
  save();
}

// One refresh however many requests find the token over; whoever comes later takes its result.
const refreshing = new WeakMap();
async function refreshed(session, stale) {
  if (is('stampede')) return requestRefresh(session);
  const running = refreshing.get(session);
  if (running) return running;
  if (session.tokens?.access !== stale) return undefined;
  if (!session.tokens.refresh) {
    if (!is('no-token-trouble')) session.tokens = null;
    save();
    throw new Reauthorize('there is no refresh token');
  }
  const run = (async () => {
    const tries = is('dead-end-loop') ? 5 : 1;
    for (let attempt = 1; ; ++attempt) {
      try {
        return await requestRefresh(session);
      } catch (problem) {
        if (attempt === tries) throw problem;
      }
      if (!session.tokens) throw new Reauthorize('refused');
    }
  })().finally(() => refreshing.delete(session));
  refreshing.set(session, run);
  return run;
}

const isOver = tokens => {
  if (varies('on-401-only') || is('no-expiry-refresh') || !tokens.expires) return false;
  return Date.now() >= tokens.expires - kMargin * 1000;
};

async function send(session, method, url, body) {
  const headers = { Accept: 'application/json' };
  let target = url;
  const own = url.startsWith(settings.apiUrl) || is('token-anywhere');
  const way = is('token-in-query') ? 'query' : settings.transport || 'header';
  let sent = body ? JSON.stringify(body) : undefined;
  if (body) headers['Content-Type'] = 'application/json';
  if (own && way === 'body' && body) {
    sent = new URLSearchParams({ ...body, access_token: session.tokens.access }).toString();
    headers['Content-Type'] = 'application/x-www-form-urlencoded';
  } else if (own && way === 'query') {
    target += `${url.includes('?') ? '&' : '?'}access_token=${session.tokens.access}`;
  } else if (own) {
    headers.Authorization = `Bearer ${session.tokens.access}`;
  }
  try {
    const ask = where => fetch(where, {
      method, headers, body: sent, redirect: 'manual', signal: AbortSignal.timeout(8000) });
    let reply = await ask(target);
    const location = reply.headers.get('location');
    if (location && is('follows-redirects')) reply = await ask(new URL(location, target));
    return { status: reply.status, text: await reply.text() };
  } catch (problem) {
    throw new Trouble(`no answer from AWeber (${problem.name})`);
  }
}

export async function api(session, method, url, body) {
  if (!session.tokens) throw new Reauthorize('not connected');
  const whole = url.includes('://') ? url : settings.apiUrl + url;
  let stale = session.tokens.access;
  if (isOver(session.tokens)) {
    await refreshed(session, stale);
    stale = session.tokens.access;
  }
  let reply = await send(session, method, whole, body);
  const tries = is('refresh-loop') ? 5 : 1;
  const renews = status => (status === 401 && !is('no-401-refresh') && !varies('on-expiry-only')) ||
    (status === 403 && is('refresh-on-403'));
  for (let attempt = 0; attempt < tries && renews(reply.status); ++attempt) {
    await refreshed(session, stale);
    stale = session.tokens.access;
    reply = await send(session, method, whole, body);
  }
  if (reply.status === 401) throw new Reauthorize('AWeber does not know us any more');
  const members = parsed(reply.text);
  const good = reply.status >= 200 && reply.status < 300;
  if (!good || (reply.text !== '' && members === null)) {
    throw Object.assign(new Trouble(`AWeber answered ${reply.status}`), { status: reply.status });
  }
  return { status: reply.status, members };
}

export async function revoke(session) {
  const tokens = session.tokens;
  if (!tokens) return;
  if (!is('revoke-forgets-only')) {
    const fields = new URLSearchParams({ token: tokens.refresh ?? tokens.access });
    const reply = await post(settings.revokeUrl, fields, { anonymous: is('revoke-unauthenticated') });
    if (reply.status !== 200 && !is('revoke-503-forgets')) throw new Trouble(`AWeber answered ${reply.status}`);
  }
  if (!is('revoked-tokens-kept')) session.tokens = null;
  save();
}
