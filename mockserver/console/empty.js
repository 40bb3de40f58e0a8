// What stands where requests will be: that they load, that they could not be, that none passes the
// filter, or how to begin, with the addresses and ids of this very server.
import {byId, copyText, h, replace} from './dom.js';

// A link that starts the flow as the client would; the state is only for looking.
export function authorizeLink(base, client) {
  const redirect = client.redirect_uris.find((uri) => !uri.startsWith('urn:')) ?? client.redirect_uris[0];
  const query = new URLSearchParams({response_type: 'code', client_id: client.id, redirect_uri: redirect,
    scope: client.scopes.slice(0, 3).join(' '), state: 'from-the-console'});
  return `${base}/oauth2/authorize?${query}`;
}

export class EmptyList {
  // actions: {retry(), clearFilter(), unlock(), applications()}
  constructor(actions) {
    this.actions = actions;
    this.place = byId('list-empty');
    this.kind = '';
  }

  // Answers whether it stands in place of the list.
  render({rows, store, base, clients, connection, loadError}) {
    const kind = connection === 'locked' ? 'locked' : loadError !== '' ? `error ${loadError}` : rows > 0 ? ''
      : connection === 'down' && store.entries.length === 0 ? 'down' : store.loading || base === '' ? 'loading' : store.entries.length > 0 ? 'filtered' : `welcome ${base} ${clients.map((one) => one.id)}`;
    this.place.hidden = kind === '';
    if (kind === this.kind) return kind !== '';
    this.kind = kind;
    const button = (text, act) => h('button', {type: 'button', onclick: act}, text);
    if (kind === 'locked') {
      replace(this.place, h('p', {}, 'Locked.'), button('Enter the admin token', this.actions.unlock));
    } else if (kind === 'down') {
      replace(this.place, h('p', {class: 'muted'}, 'Nothing to show before the mock answers.'));
    } else if (kind.startsWith('error')) {
      replace(this.place, h('p', {class: 'failed'}, `The requests could not be loaded: ${loadError}`), button('Try again', this.actions.retry));
    } else if (kind === 'loading') {
      replace(this.place, h('p', {class: 'loading'}, 'Loading…'));
    } else if (kind === 'filtered') {
      replace(this.place, h('p', {}, 'No request passes the filter.'), button('Clear the filter', this.actions.clearFilter));
    } else if (kind !== '') {
      replace(this.place, this.welcome(base, clients));
    }
    return kind !== '';
  }

  welcome(base, clients) {
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
        clients.slice(0, 4).map((client) => copyable(`Client id (${client.type})`, client.id))),
      h('p', {}, 'It must come back to an address that is registered: ',
        h('button', {type: 'button', class: 'link', onclick: this.actions.applications}, 'register your redirect URI'), '.'),
      h('p', {class: 'muted'}, 'The client secret, and the customer’s name and password to log in with, are printed where the server was started.'),
      confidential ? h('p', {}, h('a', {href: authorizeLink(base, confidential), target: '_blank', rel: 'noopener noreferrer'},
        'Look at the authorization screen'), ' as a customer of the built-in application sees it.') : null);
  }
}
