// Fastify with @fastify/oauth2, as its documentation shows: the plugin, a start path, a callback
// that takes the token and keeps it by a cookie of the visitor.
import crypto from 'node:crypto';
import Fastify from 'fastify';
import oauthPlugin from '@fastify/oauth2';
import cookie from '@fastify/cookie';

const env = process.env;
let told = {
  authorizeUrl: env.AWEBER_AUTHORIZE_URL, tokenUrl: env.AWEBER_TOKEN_URL, apiUrl: env.AWEBER_API_URL,
  clientId: env.AWEBER_CLIENT_ID, clientSecret: env.AWEBER_CLIENT_SECRET,
  redirectUri: env.AWEBER_REDIRECT_URI, scopes: env.AWEBER_SCOPES,
};
const visitors = new Map();
const html = (reply, status, body) => reply.code(status).type('text/html; charset=utf-8').send(body);

// One instance for the client and the addresses of the moment: the plugin is told them once.
async function build() {
  const fastify = Fastify({ trustProxy: true });
  const auth = new URL(told.authorizeUrl), token = new URL(told.tokenUrl);
  await fastify.register(cookie);
  await fastify.register(oauthPlugin, {
    name: 'aweber',
    scope: told.scopes.split(' '),
    credentials: {
      client: { id: told.clientId, secret: told.clientSecret },
      auth: {
        authorizeHost: auth.origin, authorizePath: auth.pathname + auth.search,
        tokenHost: token.origin, tokenPath: token.pathname,
      },
    },
    // A path of one part: the plugin's cookie is for the folder of this path, and the callback needs it.
    startRedirectPath: '/connect',
    callbackUri: told.redirectUri,
  });
  fastify.get('/', (request, reply) => html(reply, 200, '<a href="/connect">Connect to AWeber</a>'));
  fastify.get(new URL(told.redirectUri).pathname, async function (request, reply) {
    const { token: tokens } = await this.aweber.getAccessTokenFromAuthorizationCodeFlow(request);
    const id = crypto.randomBytes(16).toString('hex');
    visitors.set(id, tokens);
    reply.setCookie('visitor', id, { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto' });
    return reply.redirect('/connected');
  });
  fastify.get('/connected', (request, reply) => visitors.has(request.cookies.visitor)
    ? html(reply, 200, '<h1>You are connected to AWeber</h1>') : html(reply, 404, 'Not connected.'));
  fastify.get('/accounts', async function (request, reply) {
    let tokens = visitors.get(request.cookies.visitor);
    if (!tokens) return html(reply, 401, 'Please connect first.');
    if (tokens.expires_at && new Date(tokens.expires_at) <= new Date()) {
      ({ token: tokens } = await this.aweber.getNewAccessTokenUsingRefreshToken(tokens));
      visitors.set(request.cookies.visitor, tokens);
    }
    const answer = await fetch(`${told.apiUrl}/accounts`, {
      headers: { Authorization: `Bearer ${tokens.access_token}` } });
    if (answer.status === 401) return html(reply, 401, 'Please connect again.');
    if (!answer.ok) return html(reply, 502, 'AWeber did not answer.');
    const { entries } = await answer.json();
    return html(reply, 200, `<h1>Your accounts</h1>${entries.map(one => one.id).join(', ')}`);
  });
  await fastify.ready();
  return fastify;
}

// The instance of the moment answers; being told another case makes another one.
let current = await build();
const { createServer } = await import('node:http');
createServer(async (request, response) => {
  if (request.url === '/configure') {
    let body = '';
    for await (const chunk of request) body += chunk;
    told = JSON.parse(body);
    const before = current;
    current = await build();
    await before.close();
    response.writeHead(204);
    return response.end();
  }
  current.routing(request, response);
}).listen(env.PORT, '127.0.0.1');
