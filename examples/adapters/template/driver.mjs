// A template: copy this file and ../node/loop.mjs into a folder of your own, and fill in the
// seven places marked TODO.
//
//     aweber-conformance run --driver "node my-adapter/driver.mjs" 'callback/**'
//
// The runner is the browser: it opens the URL that `authorize` returns, logs in, and hands you the
// callback URL. You never serve a page. Wire your library exactly as your application does: the suite
// judges what it sees on the wire, and an adapter that is kinder than the application hides the
// defects you are looking for.
//
// Claim in the features only what the library does. What is not claimed is skipped, and said so in
// the report; what is claimed and not done fails.
const { Refused, serve } = await import('./loop.mjs')
  .catch(() => import('../node/loop.mjs')); // where it lies in the project

const cases = new Map(); // case -> the `open` request: endpoints, client id and secret, ...
const sessions = new Map(); // case/session -> what belongs to one user: state, verifier, tokens

function sessionOf(request) {
  const key = `${request.case}/${request.session}`;
  if (!sessions.has(key)) sessions.set(key, {});
  return sessions.get(key);
}

function token(request) {
  // TODO 6: what the client would use now.
  const { tokens } = sessionOf(request);
  if (!tokens) throw new Refused('reauthorize', 'no token: log in first');
  return { access_token: tokens.access_token, refresh_token: tokens.refresh_token };
}

serve(
  { name: 'my-client', version: '0', language: 'JavaScript' },
  // TODO 7: what your client does; `aweber-conformance docs write-an-adapter`.
  { state: true, auth: ['basic'], token_transport: ['header'], refresh: ['manual'] },
  {
    open(request) {
      // TODO 1: make your client from request.authorize_url, .token_url, .revoke_url, .api_url,
      // .client_type ('confidential' or 'public'), .client_id, .client_secret (not there for public
      // clients), .redirect_uri, .scopes (a list), .store_dir (to save tokens in).
      cases.set(request.case, request);
    },
    close: (request) => void cases.delete(request.case),
    async authorize(request) {
      // TODO 2: build the authorization URL; remember state (and the verifier) in sessionOf(request).
      throw new Error('TODO 2: authorize'); // return { url };
    },
    async callback(request) {
      // TODO 3: the user came back at request.url. Check it, exchange the code, keep the tokens.
      // Refuse with: throw new Refused('state_mismatch', '...'), or with another kind.
      throw new Error('TODO 3: callback'); // return { token: token(request) };
    },
    async call(request) {
      // TODO 4: one API request, request.method and .url (and .body, an object, or absent), the way
      // your application makes it, with the refresh it does by itself.
      throw new Error('TODO 4: call'); // return { status: response.status };
    },
    async refresh(request) {
      // TODO 5: refresh now. Refused('reauthorize', '...') when the user must log in again.
      throw new Error('TODO 5: refresh'); // return { token: token(request) };
    },
    token,
  },
);
