// The applications that this mock knows, and a form that registers a further redirect URI: the first
// thing that an application of one's own needs.
import {byId, copyText, h} from './dom.js';
import {Panel} from './panel.js';

export class Applications extends Panel {
  // onChange(clients)
  constructor(api, onChange) {
    super(api, 'applications', 'Applications');
    this.onChange = onChange;
    this.clients = [];
    this.open = false;
    this.uri = '';
    this.chosen = '';
    this.render();
  }

  load() { return this.api.get('/clients'); }

  take(answer) {
    this.clients = answer.clients;
    this.onChange(this.clients);
  }

  show() {
    this.open = true;
    this.render();
    byId('redirect-uri')?.focus();
  }

  // One more address for one that is known; its secret is not shown and stays.
  register(id, uri) {
    return this.change(async () => {
      const client = this.clients.find((one) => one.id === id);
      if (!client) throw new Error(`No application ${id} is known here.`);
      await this.api.post('/clients', {...client, redirect_uris: [...new Set([...client.redirect_uris, uri])]});
      this.uri = '';
    }, `Registered: ${uri}`);
  }

  body() {
    const count = this.clients.length;
    return h('details', {open: this.open, ontoggle: (event) => { this.open = event.target.open; }},
      h('summary', {'data-key': 'open'}, `${count} known: ids and redirect URIs`),
      h('ul', {class: 'applications'}, this.clients.map((client) => this.row(client))),
      count === 0 ? null : this.form());
  }

  row(client) {
    return h('li', {}, h('b', {}, client.name), h('span', {class: 'muted'}, ` ${client.type}`),
      h('p', {}, h('code', {}, client.id), ' ', h('button', {type: 'button', class: 'link', 'data-key': `copy-${client.id}`,
        'aria-label': `Copy the client id of ${client.name}`, onclick: () => copyText(client.id, 'Client id')}, 'copy')),
      h('ul', {class: 'addresses'}, client.redirect_uris.map((uri) => h('li', {}, h('code', {}, uri)))));
  }

  form() {
    const uri = h('input', {type: 'text', inputmode: 'url', id: 'redirect-uri', 'data-key': 'uri', required: true, autocomplete: 'off',
      spellcheck: 'false', placeholder: 'http://localhost:3000/callback', oninput: (event) => { this.uri = event.target.value; }});
    uri.value = this.uri;
    const select = h('select', {id: 'redirect-client', 'data-key': 'client', onchange: (event) => { this.chosen = event.target.value; }},
      this.clients.map((client) => h('option', {value: client.id}, client.name)));
    if (this.clients.some((client) => client.id === this.chosen)) select.value = this.chosen;
    return h('form', {class: 'stack', onsubmit: (event) => { event.preventDefault(); this.register(select.value, uri.value.trim()); }},
      h('label', {for: 'redirect-uri'}, 'Your redirect URI'), uri,
      h('label', {for: 'redirect-client'}, 'Comes back to'), select,
      h('button', {'data-key': 'register'}, 'Register'));
  }
}
