// Who is told of what happens to subscribers, what is wrong with the next telling, and how the last
// ones were answered.
import {h} from './dom.js';
import {Panel} from './panel.js';

const kFaults = ['forged_signature', 'wrong_key', 'stale_date', 'duplicate', 'split_batch', 'out_of_order'];
const kShown = 10;  // of the deliveries, the newest

export class Webhooks extends Panel {
  constructor(api) {
    super(api, 'webhooks', 'Webhooks');
    this.open = false;
    this.url = '';
    this.webhooks = [];
    this.deliveries = [];
    this.render();
  }

  async load() {
    return {...await this.api.get('/webhooks'), ...await this.api.get('/webhooks/deliveries')};
  }

  take({webhooks, deliveries}) {
    this.webhooks = webhooks;
    this.deliveries = deliveries;
  }

  body() {
    const count = this.webhooks.length;
    return h('details', {open: this.open, ontoggle: (event) => { this.open = event.target.open; }},
      h('summary', {'data-key': 'open'}, `${count} subscribed, ${this.deliveries.length} sent`),
      count === 0 ? h('p', {class: 'muted'}, 'Nobody is told yet. Subscribe a URL, then change a subscriber: in Data, through the API, or by the clock.') : null,
      h('ul', {class: 'applications'}, this.webhooks.map((one) => this.webhook(one))),
      this.form(),
      this.deliveries.length === 0 ? null : [h('h3', {}, 'Deliveries, newest first'),
        h('ul', {class: 'deliveries'}, this.deliveries.slice(-kShown).reverse().map((one) => this.delivery(one)))]);
  }

  webhook(one) {
    const fault = h('select', {id: `fault-${one.id}`, 'data-key': `fault-${one.id}`, onchange: (event) => this.change(
      () => this.api.put(`/webhooks/${one.id}/fault`, {fault: event.target.value}),
      event.target.value === '' ? 'The next delivery is as it should be.' : `The next delivery: ${event.target.value}.`)},
    h('option', {value: ''}, 'nothing'), kFaults.map((name) => h('option', {value: name}, name.replaceAll('_', ' '))));
    fault.value = one.fault;
    return h('li', {}, h('code', {}, one.url), h('small', {}, one.events.join(', ')),
      h('small', {}, 'Verification key ', h('code', {}, one.key)),
      h('p', {}, h('label', {for: `fault-${one.id}`}, 'Wrong with the next one: '), fault, ' ',
        h('button', {type: 'button', class: 'link', 'data-key': `remove-${one.id}`, 'aria-label': `unsubscribe ${one.url}`,
          onclick: () => this.change(() => this.api.remove(`/webhooks/${one.id}`), 'It is told no more.')}, 'unsubscribe')));
  }

  form() {
    const url = h('input', {type: 'text', inputmode: 'url', id: 'webhook-url', 'data-key': 'url', required: true, autocomplete: 'off',
      spellcheck: 'false', placeholder: 'http://localhost:3000/webhook', oninput: (event) => { this.url = event.target.value; }});
    url.value = this.url;
    return h('form', {class: 'stack', onsubmit: (event) => { event.preventDefault(); this.subscribe(url.value.trim()); }},
      h('label', {for: 'webhook-url'}, 'Your webhook URL'), url, h('button', {'data-key': 'subscribe'}, 'Subscribe'));
  }

  subscribe(url) {
    return this.change(async () => {
      await this.api.post('/webhooks', {url});
      this.url = '';
    }, `Subscribed: ${url}`);
  }

  delivery(one) {
    const good = one.status >= 200 && one.status < 300;
    const answer = one.status === 0 ? one.error || 'not answered' : String(one.status);
    return h('li', {}, h('span', {class: good ? 'state live' : 'state revoked'}, answer),
      h('span', {}, ` ${summaryOf(one.body)}`, one.fault === '' ? null : h('span', {class: 'mark fault'}, one.fault.replaceAll('_', ' '))),
      h('button', {type: 'button', class: 'link', 'data-key': `resend-${one.id}-${one.attempts}`, 'aria-label': `send again: delivery ${one.id}`,
        onclick: () => this.change(() => this.api.post(`/webhooks/deliveries/${one.id}/resend`), 'Sent again.')}, 'send again'));
  }
}

// "added a@example.com, subscribed a@example.com"
export function summaryOf(body) {
  try {
    return JSON.parse(body).data.map(({event, payload}) => `${event.replace('subscriber.', '')} ${payload.email}`).join(', ');
  } catch {
    return `${body.length} bytes`;
  }
}
