// A web application that connects its users' newsletters to AWeber, as one would write it: pages
// that make several API requests, sessions and tokens on the disk, refresh before the expiry and on
// a 401, disconnect. script/webapps plays the suite against it, right and with one mistake each.
import http from 'node:http';
import { begin, exchange, api, revoke, Reauthorize } from './aweber.mjs';
import { settings, configure, is, varies } from './settings.mjs';
import { sessionOf, renew, page, go, form, escape } from './pages.mjs';
import * as store from './store.mjs';

const bodyOf = async request => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

const ONCE = ' onclick="if (this.pressed) return false; this.pressed = true"';

function home(response, session) {
  const connect = varies('post-start') ? form(session, '/connect', 'Connect to AWeber')
    : `<a href="/connect"${varies('one-press') ? ONCE : ''}>Connect to AWeber</a>`;
  page(response, session, 200,
    `<h1>My newsletters</h1>${connect} ${form(session, '/disconnect', 'Disconnect')}`);
}

function connect(response, session) {
  const { attempt, url } = begin();
  if (is('one-attempt')) session.data.attempts = {};
  const since = Date.now() - (session.data.began ?? 0);
  session.data.began = Date.now();
  if (is('presses-spoil') && since < 500) return go(response, session, url);
  session.data.attempts[is('state-global') ? 'any' : attempt.state] = attempt;
  store.save();
  go(response, session, url, varies('see-other') ? 303 : 302);
}

// The attempt that a callback belongs to, taken out: each is good once.
function takeAttempt(session, state) {
  const attempts = session.data.attempts;
  if (is('state-unchecked') || is('no-state')) return Object.values(attempts).at(-1);
  if (is('state-global')) {
    return [...store.all()].flatMap(other => Object.values(other.attempts))
      .find(attempt => attempt.state === state);
  }
  if (is('state-any-case')) {
    return Object.values(attempts).find(a => a.state.toLowerCase() === String(state).toLowerCase());
  }
  const attempt = Object.hasOwn(attempts, state) ? attempts[state] : undefined;
  if (is('tabs-share-attempt')) session.data.attempts = {};
  if (!is('state-kept') && !is('reload-exchanges')) delete attempts[state];
  return attempt;
}

async function callback(request, response, session, query) {
  const again = text => page(response, session, 400,
    `<h1>Not connected</h1><p>${text}. <a href="/connect">Connect to AWeber</a></p>`);
  const single = name => query.getAll(name).length === 1 || is('duplicates-accepted');
  const denied = query.get('error');
  if (denied && is('error-state-unchecked')) {
    session.data.attempts = {};
    return again(`AWeber says ${escape(denied)}`);
  }
  if (!single('state') || !query.get('state') && !is('state-unchecked') && !is('no-state')) {
    return again('This login was not started here');
  }
  const attempt = takeAttempt(session, query.get('state'));
  store.save();
  if (!attempt) return again('This login was not started here');
  if (settings.issuer && !is('issuer-unchecked') &&
      (!single('iss') || query.get('iss') !== settings.issuer)) {
    return again('This login was not started here');
  }
  if (denied && !is('error-ignored')) {
    const text = query.get('error_description') ?? '';
    return again(`AWeber says ${escape(denied)}: ${is('repeats-markup') ? text : escape(text)}`);
  }
  if (!single('code') || !query.get('code')) return again('AWeber sent no code');
  renew(request, session);
  try {
    await exchange(session.data, attempt, query.get('code'));
  } catch (problem) {
    return page(response, session, 502, `<h1>Not connected</h1><p>${escape(problem.message)}. ` +
      '<a href="/connect">Connect to AWeber</a></p>');
  }
  if (is('forwards') && query.get('next')) return go(response, session, query.get('next'));
  if (is('token-in-address')) return go(response, session, `/connected?t=${session.data.tokens.access}`);
  if (is('token-in-cookie')) session.cookies.push(`token=${session.data.tokens.access}; HttpOnly; Secure; SameSite=Lax`);
  if (is('code-in-address') || is('foreign-script')) {
    const script = is('foreign-script') ? '<script src="https://cdn.example.net/a.js"></script>' : '';
    return page(response, session, 200, `${script}<h1>You are connected to AWeber</h1>`);
  }
  const { access } = session.data.tokens;
  if (is('reload-exchanges') || is('callback-cached') || is('tells-referer')) {
    return page(response, session, 200, atCallback() + '<h1>You are connected to AWeber</h1>');
  }
  if (is('posts-to-anybody')) {
    return page(response, session, 200, '<h1>You are connected to AWeber</h1>' +
      `<script>if (window.opener) opener.postMessage({ token: '${access}' }, '*');</script>`);
  }
  go(response, session, '/connected', varies('see-other') ? 303 : 302);
}

// What a page at the callback's own address does wrong there.
function atCallback() {
  if (is('callback-cached')) {
    return '<script>caches.open("pages").then(kept => kept.put(location.href, new Response("kept")));</script>';
  }
  if (!is('tells-referer')) return '';
  return '<img referrerpolicy="unsafe-url" alt="" src="https://cdn.example.net/logo.png">';
}

// What scripts and pictures of a page do wrong with the token.
function besides(tokens) {
  if (is('token-in-storage')) return `<script>localStorage.setItem('token', '${tokens.access}')</script>`;
  if (is('token-in-title')) return `<script>document.title += ' ${tokens.access}'</script>`;
  if (!is('counts-visitors')) return '';
  return `<img alt="" src="https://cdn.example.net/visit.png?who=${tokens.access}">`;
}

function connected(response, session) {
  if (!session.data.tokens) return page(response, session, 404, 'You are not connected.');
  const hint = is('token-in-page') ? `<!-- ${session.data.tokens.access} -->` : '';
  page(response, session, 200, `<h1>You are connected to AWeber</h1>${hint}${besides(session.data.tokens)}`);
}

// The requests behind the page, one after the other or some at once.
async function newsletters(response, session) {
  const data = is('token-of-another') ? [...store.all()].find(one => one.tokens) ?? session.data : session.data;
  const read = path => api(data, 'GET', path);
  const { entries: accounts, next_collection_link: next } = (await read('/accounts')).members;
  // Another host's page is not AWeber's.
  if (next && (next.startsWith(settings.apiUrl) || is('token-anywhere'))) await read(next).catch(() => null);
  if (varies('one-request')) return show(response, session, accounts, []);
  const lists = `/accounts/${accounts[0].id}/lists`;
  const [own] = varies('three-requests')
    ? await Promise.all([read(lists), read(`/accounts/${accounts[0].id}`)]) : [await read(lists)];
  show(response, session, accounts, own.members.entries);
}

function show(response, session, accounts, lists) {
  const names = lists.map(list => `<li>${escape(list.name)}</li>`).join('');
  page(response, session, 200, `<h1>Your newsletters at AWeber</h1><p>${escape(accounts[0].company ?? '')}</p>` +
    `<ul>${names}</ul>` + form(session, '/subscribe', 'Subscribe', '<input name="email">'));
}

async function subscribe(response, session) {
  const url = '/accounts/1000001/lists/2000001/subscribers';
  await api(session.data, 'POST', url, { email: 'reader@example.com' });
  page(response, session, 201, '<h1>Subscribed</h1>');
}

const kPages = {
  'GET /': (request, response, session) => home(response, session),
  'GET /connect': (request, response, session) => connect(response, session),
  'POST /connect': (request, response, session) => connect(response, session),
  'GET /connected': (request, response, session) => connected(response, session),
  'GET /newsletters': (request, response, session) => newsletters(response, session),
  'POST /subscribe': (request, response, session) => subscribe(response, session),
  'POST /disconnect': async (request, response, session) => {
    await revoke(session.data);
    page(response, session, 200, '<h1>Disconnected</h1>');
  },
};

function failed(response, session, problem) {
  if (is('failures-look-well')) return page(response, session, 200, '<h1>Your newsletters at AWeber</h1>');
  if (problem instanceof Reauthorize) {
    return page(response, session, 409, '<h1>Please connect again</h1><a href="/connect">Connect to AWeber</a>');
  }
  page(response, session, 503, '<h1>AWeber is busy</h1><p>Please try again later.</p>');
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://app');
  const body = request.method === 'POST' ? await bodyOf(request) : '';
  if (url.pathname === '/_configure') {
    configure(JSON.parse(body));
    store.load();
    return response.end('told');
  }
  const session = sessionOf(request);
  if (url.pathname === new URL(settings.redirectUri || 'http://x/none').pathname) {
    return callback(request, response, session, url.searchParams);
  }
  const show = kPages[`${request.method} ${url.pathname}`];
  if (!show) return page(response, session, 404, 'There is no such page.');
  const guarded = url.pathname === '/connect' ? !is('connect-unguarded') : !is('disconnect-unguarded');
  if (request.method === 'POST' && guarded && new URLSearchParams(body).get('csrf') !== session.data.csrf) {
    return page(response, session, 403, 'This form is not from here.');
  }
  try {
    await show(request, response, session);
  } catch (problem) {
    failed(response, session, problem);
  }
}

store.load();
http.createServer((request, response) => {
  answer(request, response).catch(problem => {
    console.error(problem.name);
    if (!response.headersSent) response.writeHead(500);
    response.end('Something went wrong.');
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
