// The clock panel: the mock's time, jumps, and what expires next.
import {byId, h, rebuild, say, toast} from './dom.js';
import {dateOf, dateTime, span, timeOf} from './time.js';

const kKinds = {access_token: 'access token', refresh_token: 'refresh token', code: 'code'};
const kMostShown = 6;

export class Clock {
  constructor(api) {
    this.api = api;
    this.place = byId('clock');
    this.state = null;
    this.error = '';
    this.typed = '';
    this.running = null;  // whether it runs by itself, once two looks at it have told
    this.looked = null;
    this.render();
  }

  async refresh() {
    try {
      const state = await this.api.get('/clock');
      this.watch(state.now);
      this.update(state);
    } catch (error) {
      this.error = error.message;
      this.render();
    }
  }

  // The API does not say whether the clock runs by itself; two looks some seconds apart do.
  watch(now) {
    const real = performance.now() / 1000;
    if (this.looked && real - this.looked.real < 3) return;
    const before = this.running;
    if (this.looked) this.running = now > this.looked.now;
    this.looked = {real, now};
    if (before !== this.running) this.key = '';
  }

  update(state) {
    const next = JSON.stringify([state.now, state.pending]);
    if (this.error === '' && this.state && next === this.key) return;
    this.key = next;
    this.state = state;
    this.error = '';
    this.render();
  }

  async advance(body) {
    try {
      const answer = await this.api.post('/clock/advance', body);
      this.looked = null;
      this.update(answer);
      const gone = answer.expired.map((one) => `${kKinds[one.kind] ?? one.kind} ${one.label}`);
      const ends = gone.length === 0 ? 'Nothing expired.' : `Expired: ${gone.slice(0, 5).join(', ')}${gone.length > 5 ? `, ${gone.length - 5} more` : ''}.`;
      toast(`It is ${timeOf(answer.now)} now. ${ends}`);
    } catch (error) {
      toast(error.message);
    }
  }

  render() {
    const title = h('h2', {id: 'clock-title'}, 'Clock');
    if (this.error !== '') {
      rebuild(this.place, title, h('p', {class: 'failed'}, this.error),
        h('button', {type: 'button', 'data-key': 'retry', onclick: () => this.refresh()}, 'Try again'));
      return;
    }
    if (!this.state) {
      rebuild(this.place, title, h('p', {class: 'loading'}, 'Loading…'));
      return;
    }
    const {now, pending} = this.state;
    const button = (key, text, body, disabled) => h('button',
      {type: 'button', 'data-key': key, disabled, onclick: () => this.advance(body)}, text);
    const by = h('input', {type: 'text', 'data-key': 'by', placeholder: '90m, 2h, 1d', size: '9', 'aria-label': 'Advance by',
      oninput: (event) => { this.typed = event.target.value; }});
    by.value = this.typed;
    rebuild(this.place, title,
      h('p', {class: 'now'}, h('time', {datetime: new Date(now * 1000).toISOString(), id: 'now'}, timeOf(now)),
        h('span', {class: 'muted'}, ` ${dateOf(now)} UTC`)),
      this.running === null ? null : h('p', {class: 'muted'},
        this.running ? 'It runs with real time, and jumps when you tell it to.' : 'It stands still until you move it.'),
      h('div', {class: 'group'},
        button('minute', '+1 min', {by: '1m'}), button('hour', '+1 h', {by: '1h'}),
        button('next', 'To next expiry', {to_next: true}, pending.length === 0)),
      h('form', {class: 'group', onsubmit: (event) => {
        event.preventDefault();
        if (this.typed.trim() === '') say('Type how far, for instance 90m');
        else this.advance({by: this.typed.trim()});
      }}, by, h('button', {'data-key': 'go'}, 'Advance')),
      h('h3', {}, 'Expires next'), this.pendingList(now, pending));
  }

  pendingList(now, pending) {
    if (pending.length === 0) return h('p', {class: 'muted'}, 'Nothing is waiting to expire.');
    return [h('ul', {class: 'pending'}, pending.slice(0, kMostShown).map((one) => h('li', {},
      h('span', {}, h('b', {}, one.label), ` ${kKinds[one.kind] ?? one.kind}`),
      h('span', {class: 'muted', title: `${dateTime(one.at)} UTC`}, `in ${span(one.at - now)}`)))),
    pending.length > kMostShown ? h('p', {class: 'muted'}, `and ${pending.length - kMostShown} more`) : null];
  }
}
