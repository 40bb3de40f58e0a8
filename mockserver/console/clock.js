// The clock panel: the mock's time, jumps, and what expires next. Its elements stay while the time goes
// on, so that nothing is taken from under a hand that types or clicks.
import {failed, h, replace, say, toast} from './dom.js';
import {Panel} from './panel.js';
import {dateOf, dateTime, span, timeOf} from './time.js';

const kKinds = {access_token: 'access token', refresh_token: 'refresh token', code: 'code'};
const kMostShown = 6;
const kMostNamed = 5;

export class Clock extends Panel {
  constructor(api) {
    super(api, 'clock', 'Clock');
    this.connected = false;  // it stands still on the page while nobody knows
    this.state = null;
    this.running = false;    // by itself, with real time
    this.parts = null;
    this.render();
    setInterval(() => { if (this.running && this.connected && !document.hidden && this.parts) this.write(); }, 1000);
  }

  load() { return this.api.get('/clock'); }

  take(state) {
    this.state = state;
    this.running = state.running;
    this.taken = performance.now() / 1000;
  }

  // What an event or an advance says of it.
  moved(state) {
    this.take(state);
    this.ready = true;
    this.error = '';
    this.render();
  }

  get now() { return this.state.now + (this.running && this.connected ? performance.now() / 1000 - this.taken : 0); }

  async advance(body) {
    try {
      const answer = await this.api.post('/clock/advance', body);
      this.moved(answer);
      const gone = answer.expired.map((one) => `${kKinds[one.kind] ?? one.kind} ${one.label}`);
      const more = gone.length > kMostNamed ? `, ${gone.length - kMostNamed} more` : '';
      toast(`It is ${timeOf(answer.now)} now. ${gone.length === 0 ? 'Nothing expired.' : `Expired: ${gone.slice(0, kMostNamed).join(', ')}${more}.`}`);
    } catch (error) {
      failed(error);
    }
  }

  render() {
    if (this.error !== '' || !this.ready) {
      this.parts = null;
      super.render();
      return;
    }
    if (!this.parts) {
      this.parts = this.build();
      replace(this.place, this.title, this.parts.all);
    }
    this.write();
  }

  build() {
    const button = (text, body) => h('button', {type: 'button', onclick: () => this.advance(body)}, text);
    const by = h('input', {type: 'text', placeholder: '90m, 2h, 1d', size: '9', 'aria-label': 'Advance by'});
    const go = (event) => {
      event.preventDefault();
      if (by.value.trim() === '') say('Type how far, for instance 90m');
      else this.advance({by: by.value.trim()});
    };
    const parts = {now: h('time', {id: 'now'}), date: h('span', {class: 'muted'}), kind: h('p', {class: 'muted'}),
      next: button('To next expiry', {to_next: true}), pending: h('div', {class: 'pending'})};
    parts.all = [h('p', {class: 'now'}, parts.now, parts.date), parts.kind,
      h('div', {class: 'group'}, button('+1 min', {by: '1m'}), button('+1 h', {by: '1h'}), parts.next),
      h('form', {class: 'group', onsubmit: go}, by, h('button', {}, 'Advance')),
      h('h3', {}, 'Expires next'), parts.pending];
    return parts;
  }

  write() {
    const {now, parts} = this;
    const {pending} = this.state;
    parts.now.dateTime = new Date(now * 1000).toISOString();
    parts.now.textContent = timeOf(now);
    parts.date.textContent = ` ${dateOf(now)} UTC`;
    parts.kind.textContent = this.running ? 'Runs with real time, and jumps when you tell it to.' : 'Stands still until you move it.';
    parts.next.disabled = pending.length === 0;
    replace(parts.pending, pending.length === 0 ? h('p', {class: 'muted'}, 'Nothing is waiting to expire.')
      : h('ul', {}, pending.slice(0, kMostShown).map((one) => h('li', {}, h('span', {}, h('b', {}, one.label), ` ${kKinds[one.kind] ?? one.kind}`),
        h('span', {class: 'muted', title: `${dateTime(one.at)} UTC`}, one.at > now ? `in ${span(one.at - now)}` : 'now')))),
    pending.length > kMostShown ? h('p', {class: 'muted'}, `and ${pending.length - kMostShown} more`) : null);
  }
}
