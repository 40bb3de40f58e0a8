// What stands where requests will be: how to begin, with the addresses and ids of this very server.
import {copyText, h} from './dom.js';

// A link that starts the flow as the client would; the state is only for looking.
export function authorizeLink(base, client) {
  const redirect = client.redirect_uris.find((uri) => !uri.startsWith('urn:')) ?? client.redirect_uris[0];
  const query = new URLSearchParams({response_type: 'code', client_id: client.id, redirect_uri: redirect,
    scope: client.scopes.slice(0, 3).join(' '), state: 'from-the-console'});
  return `${base}/oauth2/authorize?${query}`;
}

export function welcome(base, clients) {
  const confidential = clients.find((one) => one.type === 'confidential');
  const copyable = (label, text) => h('div', {}, h('dt', {}, label),
    h('dd', {}, h('code', {}, text), ' ', h('button', {type: 'button', class: 'link', 'aria-label': `Copy ${label}`,
      onclick: () => copyText(text, label)}, 'copy')));
  return h('div', {class: 'welcome'},
    h('h2', {}, 'Waiting for the first request'),
    h('p', {}, 'Point your application at these addresses instead of AWeber’s and connect. Each request shows up here as it comes.'),
    h('dl', {class: 'facts'},
      copyable('Authorize URL', `${base}/oauth2/authorize`), copyable('Token URL', `${base}/oauth2/token`),
      copyable('API URL', `${base}/1.0`),
      clients.map((client) => copyable(`Client id (${client.type})`, client.id))),
    h('p', {class: 'muted'}, 'Secrets and the customer’s password are printed where the server was started.'),
    confidential ? h('p', {}, h('a', {href: authorizeLink(base, confidential), target: '_blank', rel: 'noopener noreferrer'},
      'Look at the authorization screen'), ' as a customer of the built-in application sees it.') : null);
}
