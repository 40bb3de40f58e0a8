// A single-page application: a public client with PKCE, by oauth4webapi as its examples show. state
// and the verifier wait in sessionStorage, the tokens live in the page's memory and nowhere else.
import * as oauth from '/oauth4webapi.js';

const told = await (await fetch('/told.json')).json();
const server = {
  issuer: told.authorizeUrl.split('?')[0].replace(/\/oauth2\/authorize$/, ''),
  authorization_endpoint: told.authorizeUrl, token_endpoint: told.tokenUrl };
const client = { client_id: told.clientId };
const root = document.getElementById('root');
const show = html => { root.innerHTML = html; };
let accessToken;

async function connect() {
  document.getElementById('connect').disabled = true; // one attempt, however often it is pressed
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  sessionStorage.setItem('attempt', JSON.stringify({ verifier, state }));
  const url = new URL(told.authorizeUrl);
  for (const [name, value] of Object.entries({
    client_id: told.clientId, redirect_uri: told.redirectUri, response_type: 'code',
    scope: told.scopes, state, code_challenge_method: 'S256',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier) })) url.searchParams.set(name, value);
  location.assign(url);
}

async function finish() {
  const attempt = JSON.parse(sessionStorage.getItem('attempt') ?? 'null');
  sessionStorage.removeItem('attempt');
  const here = new URL(location.href);
  history.replaceState(null, '', '/');
  if (!attempt) throw new Error('this login was not started here');
  const params = oauth.validateAuthResponse(server, client, here, attempt.state);
  const reply = await oauth.authorizationCodeGrantRequest(
    server, client, oauth.None(), params, told.redirectUri, attempt.verifier);
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, reply);
  accessToken = tokens.access_token;
  show('<h1>You are connected to AWeber</h1><p id="said"></p><button id="accounts">Show accounts</button>');
  document.getElementById('accounts').onclick = accounts;
}

async function accounts() {
  const said = document.getElementById('said');
  said.textContent = 'Loading';
  try {
    const reply = await oauth.protectedResourceRequest(
      accessToken, 'GET', new URL(`${told.apiUrl}/accounts`));
    if (reply.status === 401) said.textContent = 'Please connect again.';
    else if (!reply.ok) said.textContent = 'AWeber did not answer.';
    else said.textContent = `Your accounts: ${(await reply.json()).entries.length}`;
  } catch {
    said.textContent = 'AWeber did not answer.';
  }
}

if (location.pathname === new URL(told.redirectUri).pathname) {
  finish().catch(problem => {
    root.textContent = `AWeber did not connect you: ${problem.message}`;
  });
} else {
  show('<button id="connect">Connect to AWeber</button>');
  document.getElementById('connect').onclick = connect;
}
