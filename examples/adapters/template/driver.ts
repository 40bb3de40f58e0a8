// A template: fill in the seven places marked TODO. Wire your client exactly as your application
// does: an adapter that is kinder than the application hides the defects you are looking for. The
// runner is the browser: it opens the URL that `authorize` returns and hands you the callback URL.
//
//     aweber-conformance run --driver "npx tsx my-adapter/driver.ts"
// @ts-ignore: plain JavaScript
const { Refused, serve } = await import('./loop.mjs');

interface Request {
  case: string;
  session: string;
  url: string;
  method: string;
  body?: object;
}
interface Opened extends Request {
  authorize_url: string;
  token_url: string;
  revoke_url: string;
  api_url: string;
  client_type: 'confidential' | 'public';
  client_id: string;
  client_secret?: string;
  redirect_uri: string;
  scopes: string[];
  store_dir: string;
}
interface Tokens {
  access_token: string;
  refresh_token?: string;
  expires_at?: number;
}

const cases = new Map<string, Opened>();

serve(
  { name: 'my-client', version: '0', language: 'TypeScript' },
  // TODO 7: what your client does; `aweber-conformance docs write-an-adapter`.
  { state: true, auth: ['basic'], token_transport: ['header'], refresh: ['manual'] },
  {
    open(request: Opened): void {
      // TODO 1: make your client from the request; sessions of one case are different users.
      cases.set(request.case, request);
    },
    close: (request: Request): void => void cases.delete(request.case),
    async authorize(_request: Request): Promise<{ url: string }> {
      // TODO 2: build the authorization URL; remember state (and the verifier) for the session.
      throw new Error('TODO 2: authorize');
    },
    async callback(_request: Request): Promise<{ token?: Tokens }> {
      // TODO 3: the user came back at request.url. Check it, exchange the code, keep the tokens.
      // Refuse with: throw new Refused('state_mismatch', '...'), or with another kind.
      throw new Error('TODO 3: callback');
    },
    async call(_request: Request): Promise<{ status: number }> {
      // TODO 4: one API request, request.method and .url (and .body), as your application does.
      throw new Error('TODO 4: call');
    },
    async refresh(_request: Request): Promise<{ token?: Tokens }> {
      // TODO 5: refresh now. Refused('reauthorize', '...') when the user must log in again.
      throw new Error('TODO 5: refresh');
    },
    async token(_request: Request): Promise<Tokens> {
      // TODO 6: what the client would use now.
      throw new Refused('reauthorize', 'TODO 6: token');
    },
  },
);
