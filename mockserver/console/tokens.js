// The tokens view: each grant's family, drawn as it grew.
import {confirmDialog, h, svg} from './dom.js';
import {Panel} from './panel.js';
import {dateTime, span} from './time.js';

const kNarrow = matchMedia('(max-width: 700px)');
const rowHeight = () => (kNarrow.matches ? 66 : 44);  // as in the style sheet
const kMost = 200;   // tokens drawn; the newest families first
const kKinds = {code: 'code', access_token: 'access token', refresh_token: 'refresh token'};

export class Tokens extends Panel {
  constructor(api) {
    super(api, 'view-tokens', 'Tokens');
    this.title.className = 'visually-hidden';
    this.tokens = [];
    this.pending = [];
    this.now = 0;
    this.marked = '';
    kNarrow.addEventListener('change', () => this.render());
    this.render();
  }

  async load() {
    return {...await this.api.get('/tokens'), ...await this.api.get('/authorizations')};
  }

  take({tokens, authorizations}) {
    this.tokens = tokens;
    this.pending = authorizations.filter((one) => one.status === 'pending');
  }

  // Only the texts change as time goes on: the buttons stay the same ones. Answers whether a token that
  // is shown as alive has met its end meanwhile.
  setNow(now) {
    this.now = now;
    if (!this.ready) return false;
    for (const token of this.tokens) {
      const place = this.place.querySelector(`[data-token="${CSS.escape(token.label)}"] .until`);
      if (place) place.textContent = this.until(token);
    }
    return this.tokens.some((token) => token.state === 'live' && token.expires_at !== null && token.expires_at <= now);
  }

  mark(label) {
    this.marked = label;
    this.render();
    const target = this.place.querySelector('.marked');
    target?.scrollIntoView({block: 'center'});
    target?.focus();
  }

  act(label, verb, done) {
    return this.change(() => this.api.post(`/tokens/${encodeURIComponent(label)}/${verb}`), `${label} ${done}.`);
  }

  async revokeFamily(grant) {
    if (await confirmDialog(`Revoke all of ${grant}?`, 'As if the customer disconnected the integration.', 'Revoke')) {
      await this.act(grant, 'revoke', 'revoked');
    }
  }

  decide(id, verb) {
    return this.change(() => this.api.post(`/authorizations/${id}/${verb}`, verb === 'approve' ? {} : undefined),
      `${id}: ${verb === 'approve' ? 'approved' : 'denied'} without the page.`);
  }

  body() {
    if (this.tokens.length === 0 && this.pending.length === 0) {
      return h('div', {class: 'empty'}, h('p', {}, 'No tokens yet.'),
        h('p', {class: 'muted'}, 'They appear when a customer authorizes an application.'));
    }
    const families = new Map();
    for (const token of this.tokens.slice(-kMost)) families.set(token.grant, [...(families.get(token.grant) ?? []), token]);
    return [this.waiting(), [...families].reverse().map(([grant, tokens]) => this.family(grant, tokens)),
      this.tokens.length > kMost ? h('p', {class: 'muted'}, `${this.tokens.length - kMost} older tokens are not drawn.`) : null];
  }

  waiting() {
    if (this.pending.length === 0) return null;
    return h('section', {class: 'card'}, h('h3', {}, 'Waiting for the customer'),
      h('ul', {class: 'rules'}, this.pending.slice(-5).map((one) => h('li', {},
        h('b', {}, one.id), h('span', {class: 'muted'}, ` ${one.client_id}, ${one.scopes.join(' ')}`),
        h('button', {type: 'button', 'data-key': `ok-${one.id}`, 'aria-label': `Approve ${one.id}`, onclick: () => this.decide(one.id, 'approve')}, 'Approve'),
        h('button', {type: 'button', 'data-key': `no-${one.id}`, 'aria-label': `Deny ${one.id}`, onclick: () => this.decide(one.id, 'deny')}, 'Deny')))));
  }

  family(grant, tokens) {
    const live = tokens.some((one) => one.state === 'live');
    return h('section', {class: `card family${this.marked === grant ? ' marked' : ''}`, tabindex: this.marked === grant ? '-1' : null},
      h('header', {}, h('h3', {}, grant), h('span', {class: 'muted'}, `${tokens[0].client_id} · ${tokens[0].scopes.join(' ')}`),
        live ? h('button', {type: 'button', 'data-key': `all-${grant}`, onclick: () => this.revokeFamily(grant)}, 'Revoke all…') : null),
      h('div', {class: 'lineage'}, drawing(tokens), h('ol', {}, tokens.map((one) => this.row(one)))));
  }

  row(token) {
    const marked = token.label === this.marked;
    const from = token.parent ? `from ${token.parent}` : 'from the customer\'s consent';
    return h('li', {class: `${token.state}${marked ? ' marked' : ''}`, tabindex: marked ? '-1' : null, 'data-token': token.label},
      h('span', {class: 'name'}, h('b', {}, token.label), h('small', {}, `${kKinds[token.kind] ?? token.kind}, ${from}`)),
      h('span', {class: `state ${token.state}`}, token.state),
      h('span', {class: 'muted until', title: token.expires_at ? `${dateTime(token.expires_at)} UTC` : null}, this.until(token)),
      token.state !== 'live' ? h('span', {class: 'group'}) : h('span', {class: 'group'},
        h('button', {type: 'button', 'data-key': `e-${token.label}`, 'aria-label': `Expire ${token.label}`, onclick: () => this.act(token.label, 'expire', 'expired')}, 'Expire'),
        h('button', {type: 'button', 'data-key': `r-${token.label}`, 'aria-label': `Revoke ${token.label}`, onclick: () => this.act(token.label, 'revoke', 'revoked')}, 'Revoke')));
  }

  until(token) {
    if (token.expires_at === null) return token.state === 'live' ? 'does not expire' : '';
    const left = token.expires_at - this.now;
    if (token.state === 'live') return `${span(left)} left`;
    return token.state === 'expired' ? `${span(left)} ago` : '';
  }
}

// Lines from each token to what it was made from: codes and refresh tokens run down the left lane,
// access tokens branch off to the right one. The list beside it says the same in words.
function drawing(tokens) {
  const lane = (token) => (token.kind === 'access_token' ? 34 : 12);
  const row = rowHeight();
  const middle = (at) => at * row + row / 2;
  const place = new Map(tokens.map((token, at) => [token.label, at]));
  const lines = [];
  const dots = [];
  tokens.forEach((token, at) => {
    const parent = place.get(token.parent);
    if (parent !== undefined) {
      const [x1, y1, x2, y2] = [lane(tokens[parent]), middle(parent), lane(token), middle(at)];
      const path = x1 === x2 ? `M${x1} ${y1}V${y2}` : `M${x1} ${y1}V${y2 - 14}Q${x1} ${y2} ${x2} ${y2}`;
      lines.push(svg('path', {d: path, class: 'branch'}));
    }
    dots.push(svg('circle', {cx: lane(token), cy: middle(at), r: token.kind === 'code' ? 4 : 6, class: `dot ${token.state}`}));
  });
  return svg('svg', {width: 48, height: tokens.length * row, 'aria-hidden': 'true'}, lines, dots);
}
