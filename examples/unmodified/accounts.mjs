// A login at AWeber, a call and a refresh with nothing but what Node has (18.17 or later). AWeber's
// addresses are built in; the four values at the top are to be filled in.
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';

const CLIENT_ID = 'YOUR CLIENT ID';
const CLIENT_SECRET = 'YOUR CLIENT SECRET';
const REDIRECT_URI = 'YOUR CALLBACK URL';
const SCOPES = ['YOUR SCOPES'];

const AUTHORIZE_URL = 'https://auth.aweber.com/oauth2/authorize';
const TOKEN_URL = 'https://auth.aweber.com/oauth2/token';
const API_URL = 'https://api.aweber.com/1.0';

// Basic wants id and secret form-encoded (RFC 6749 §2.3.1).
const encoded = (text) => new URLSearchParams({ '': text }).toString().slice(1);
const BASIC = Buffer.from(`${encoded(CLIENT_ID)}:${encoded(CLIENT_SECRET)}`).toString('base64');

async function tokens(form) {
  const response = await fetch(TOKEN_URL, {
    method: 'POST',
    headers: { authorization: `Basic ${BASIC}` },
    body: new URLSearchParams(form),
  });
  if (!response.ok) throw new Error(`token request: ${response.status} ${await response.text()}`);
  return response.json();
}

async function companies({ access_token }) {
  const response = await fetch(`${API_URL}/accounts`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  if (!response.ok) throw new Error(`accounts: ${response.status} ${await response.text()}`);
  return (await response.json()).entries.map((account) => account.company).join(', ');
}

const state = randomBytes(24).toString('base64url');
const authorize = new URL(AUTHORIZE_URL);
authorize.search = new URLSearchParams({
  response_type: 'code',
  client_id: CLIENT_ID,
  redirect_uri: REDIRECT_URI,
  scope: SCOPES.join(' '),
  state,
});
console.log(`Go here to authorize: ${authorize}`);

const terminal = createInterface({ input: process.stdin, output: process.stdout });
const callback = new URL(await terminal.question('Enter the full redirect URL: ')).searchParams;
terminal.close();
console.log();
if (callback.get('state') !== state) throw new Error('this answer belongs to another login');
if (callback.has('error')) throw new Error(`AWeber says: ${callback.get('error')}`);

let held = await tokens({
  grant_type: 'authorization_code',
  code: callback.get('code'),
  redirect_uri: REDIRECT_URI,
});
console.log(`Accounts: ${await companies(held)}`);

held = { ...held, ...await tokens({ grant_type: 'refresh_token', refresh_token: held.refresh_token }) };
console.log(`Accounts after a refresh: ${await companies(held)}`);
