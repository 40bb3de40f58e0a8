// Hands out the single-page application's files and what it needs to know. It has no secret.
import fs from 'node:fs';
import http from 'node:http';

const env = process.env;
let told = {
  authorizeUrl: env.AWEBER_AUTHORIZE_URL, tokenUrl: env.AWEBER_TOKEN_URL, apiUrl: env.AWEBER_API_URL,
  clientId: env.AWEBER_CLIENT_ID, redirectUri: env.AWEBER_REDIRECT_URI, scopes: env.AWEBER_SCOPES,
};
const here = new URL('.', import.meta.url);
const file = name => fs.readFileSync(new URL(name, here), 'utf8');
const page = file('spa.html'), script = file('spa.js');
const library = file('node_modules/oauth4webapi/build/index.js');

http.createServer(async (request, response) => {
  const path = request.url.split('?')[0];
  const send = (type, text) => {
    response.writeHead(200, { 'Content-Type': type });
    response.end(text);
  };
  if (path === '/configure') {
    let body = '';
    for await (const chunk of request) body += chunk;
    told = JSON.parse(body);
    return send('text/plain', 'told');
  }
  if (path === '/told.json') return send('application/json', JSON.stringify(told));
  if (path === '/spa.js') return send('text/javascript', script);
  if (path === '/oauth4webapi.js') return send('text/javascript', library);
  send('text/html; charset=utf-8', page);
}).listen(env.PORT, '127.0.0.1');
