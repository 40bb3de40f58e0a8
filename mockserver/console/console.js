// Puts the page together: one space is looked at, its journal is listed live, and the panels follow
// what the server says happened.
import {askForToken} from './access.js';
import {Api} from './api.js';
import {Applications} from './applications.js';
import {Clock} from './clock.js';
import {DataView} from './data.js';
import {byId, confirmDialog, download, failed, h, replace, toast} from './dom.js';
import {EmptyList} from './empty.js';
import {Exchange} from './exchange.js';
import {Faults} from './faults.js';
import {List} from './list.js';
import {Live} from './live.js';
import {ScenarioPanel} from './scenario.js';
import {Sequence} from './sequence.js';
import {Store} from './store.js';
import {Tokens} from './tokens.js';
import {Webhooks} from './webhooks.js';

const kViews = ['requests', 'sequence', 'tokens', 'data', 'play'];
const kDefaultSpace = 'default';

class Console {
  constructor() {
    this.api = new Api((refused) => this.askToken(refused));
    this.store = new Store(this.api);
    this.base = '';  // the mock's own address in this space, once it is known
    this.connection = 'connecting';
    this.loadError = '';
    this.jobs = new Map();
    this.view = 'requests';
    this.exchange = new Exchange({
      api: this.api, showToken: async (label) => { this.show('tokens'); await this.tokens.refresh(); this.tokens.mark(label); },
      base: async () => { if (this.base === '') await this.refresh_spaces(); return this.base; },
      register: (client, uri) => this.applications.register(client, uri),
      back: () => { this.list.select(0, false); byId('list').focus(); },
    });
    this.list = new List(this.store, (sequence, open) => this.select(sequence, open));
    this.clock = new Clock(this.api);
    this.faults = new Faults(this.api);
    this.scenario = new ScenarioPanel(this.api, () => { this.later('faults'); this.later('applications'); });
    this.applications = new Applications(this.api, () => this.render());
    this.tokens = new Tokens(this.api);
    this.data = new DataView(this.api);
    this.webhooks = new Webhooks(this.api);
    this.sequence = new Sequence(this.store, (sequence) => { this.show('requests'); this.list.select(sequence, true); });
    this.panels = [this.clock, this.faults, this.scenario, this.applications, this.tokens, this.data, this.webhooks];
    this.empty = new EmptyList({retry: () => this.synchronize(), clearFilter: () => this.clearFilter(),
      unlock: () => this.askToken(false), applications: () => { this.show(this.narrow ? 'play' : this.view); this.applications.show(); }});
    this.live = new Live(this.api, (type, data) => this.onEvent(type, data), (state, wait) => this.onConnection(state, wait));
    this.wire();
  }

  wire() {
    for (const view of kViews) byId(`tab-${view}`).addEventListener('click', () => this.show(view));
    document.querySelector('[role=tablist]').addEventListener('keydown', (event) => this.onTabKey(event));
    // The tab of the narrow page is no more when the window has grown.
    matchMedia('(min-width: 1001px)').addEventListener('change', () => { if (this.view === 'play' && !this.narrow) this.show('requests'); });
    byId('space').addEventListener('change', (event) => this.openSpace(event.target.value));
    byId('pause').addEventListener('click', () => this.togglePause());
    const filter = () => this.filter();
    byId('filter').addEventListener('input', filter);
    byId('endpoint').addEventListener('change', filter);
    byId('refused').addEventListener('change', filter);
    byId('clear').addEventListener('click', () => this.clearJournal());
    byId('reset').addEventListener('click', () => this.reset());
    byId('export-har').addEventListener('click', () => this.export('/requests.har?limit=10000', 'requests.har'));
    byId('export-state').addEventListener('click', () => this.export('/state', 'state.json'));
    // The clock may run by itself; nothing is asked while nobody looks.
    setInterval(() => { if (this.connection === 'open' && !document.hidden) this.later('clock'); }, 5000);
    document.addEventListener('visibilitychange', () => { if (!document.hidden && this.connection === 'down') this.live.tryNow(); });
  }

  async start() {
    const wanted = new URLSearchParams(location.search).get('space') ?? kDefaultSpace;
    this.api.space = wanted;
    replace(byId('space'), h('option', {value: wanted}, wanted));
    this.show('requests');
    this.live.start();
  }

  // ---- the connection ----

  // 'connecting' | 'open' | 'down' | 'gone' (there is no such space) | 'locked'
  onConnection(state, wait) {
    if (state === 'gone') {
      failed(new Error(`There is no space ${this.api.space} any more.`));
      this.openSpace(kDefaultSpace);
      return;
    }
    const place = byId('connection');
    document.body.dataset.connection = state;
    this.connection = state;
    this.clock.connected = state === 'open';
    if (state !== 'connecting') byId('notice').hidden = true;
    if (state === 'open') {
      place.textContent = 'Live';
      this.synchronize();
    } else if (state === 'connecting') {
      place.textContent = 'Connecting…';
    } else if (state === 'locked') {
      place.textContent = 'Locked';
    } else {
      place.textContent = 'Disconnected';
      this.notice(`The mock does not answer. Next try in ${Math.round(wait / 1000)} s; what you see is from before.`,
        'Try now', () => this.live.tryNow());
    }
    this.render();
  }

  notice(text, action, run) {
    const place = byId('notice');
    replace(place, h('span', {}, text), h('button', {type: 'button', onclick: run}, action));
    place.hidden = false;
  }

  askToken(refused) {
    this.live.stop();
    this.onConnection('locked');
    askForToken(refused, (token) => { this.api.setToken(token); this.live.tryNow(); },
      () => this.notice('The mock shows nothing without its admin token.', 'Enter the token', () => this.askToken(false)));
  }

  // After each connect: go on where we were, or load all when it is another server or space.
  async synchronize() {
    try {
      if (!await this.store.catchUp()) {
        const keep = this.list.selected;
        this.store.clear();
        this.store.loading = true;
        this.applyPause();
        this.renderAll();
        await this.store.load(() => this.renderAll());
        if (keep !== 0 && !this.store.find(keep)) this.select(0, false);
      }
      this.loadError = '';
    } catch (error) {
      if (error.status === 404 && error.code.startsWith('space.')) { this.openSpace(kDefaultSpace); return; }
      this.loadError = error.message;
    }
    this.renderAll();
    for (const job of ['spaces', 'applications', 'clock', 'faults', 'scenario', 'tokens', 'data', 'webhooks']) this.later(job);
  }

  onEvent(type, data) {
    if (type === 'request' || type === 'reply') {
      const entry = JSON.parse(data);
      if (entry.sequence === undefined) return;  // evicted before it could be told
      this.store.add(entry);
      this.render();
      if (type === 'reply') this.afterReply(entry);
      return;
    }
    if (type === 'clock') { this.clock.moved(JSON.parse(data)); this.later('clock'); this.later('tokens'); this.worldMoved(); }
    if (type === 'data') this.worldMoved();
    if (type === 'scenario') { this.later('scenario'); this.later('faults'); this.later('applications'); }
    if (type === 'faults') { this.later('faults'); this.later('scenario'); }
    if (type === 'tokens') { this.later('tokens'); this.later('clock'); }
    if (type === 'gap') this.synchronize();
    if (type === 'reset') {
      this.store.clear();
      this.applyPause();
      this.select(0, false);
      this.synchronize();
    }
  }

  // The customers' data may be another now, and somebody may have been told.
  worldMoved() { this.later('data'); this.later('webhooks'); }

  // Which panels an exchange may have changed.
  afterReply(entry) {
    this.later('spaces');
    if (entry.endpoint === 'api' && entry.request.method !== 'GET') this.worldMoved();
    if (entry.endpoint !== 'api') { this.later('tokens'); this.later('clock'); }
    if (entry.rule !== '') { this.later('faults'); this.later('scenario'); }
  }

  // Panels are asked for again at most every 300 ms, however much happens.
  later(job) {
    if (this.jobs.has(job)) return;
    this.jobs.set(job, setTimeout(async () => {
      this.jobs.delete(job);
      try { await this[`refresh_${job}`](); } catch { /* the stream tells when the server is gone */ }
    }, 300));
  }

  async refresh_clock() {
    await this.clock.refresh();
    if (this.clock.ready && this.tokens.setNow(this.clock.now)) this.later('tokens');
  }
  // The list of tokens may be long: it is asked for while it is looked at, and when its tab is opened.
  async refresh_tokens() {
    if (this.view !== 'tokens') return;
    await this.tokens.refresh();
    if (this.clock.ready) this.tokens.setNow(this.clock.now);
  }
  // Also long, and asked for as they are.
  async refresh_data() { if (this.view === 'data') await this.data.refresh(); }
  refresh_webhooks() { return this.webhooks.refresh(); }
  refresh_faults() { return this.faults.refresh(); }
  refresh_scenario() { return this.scenario.refresh(); }
  refresh_applications() { return this.applications.refresh(); }

  async refresh_spaces() {
    const {spaces} = await this.api.spaces();
    const select = byId('space');
    const names = spaces.map((space) => space.name);
    if (names.join() !== [...select.options].map((option) => option.value).join()) {
      replace(select, names.map((name) => h('option', {value: name}, name)));
    }
    select.value = this.api.space;
    const now = spaces.find((space) => space.name === this.api.space);
    if (!now) return;
    this.store.evicted = now.evicted;
    this.base = now.base_url;
    this.render();
  }

  // ---- what is shown ----

  openSpace(name) {
    const select = byId('space');
    if (![...select.options].some((option) => option.value === name)) select.append(h('option', {value: name}, name));
    select.value = name;
    this.api.space = name;
    this.base = '';
    history.replaceState(null, '', name === kDefaultSpace ? location.pathname : `?space=${encodeURIComponent(name)}`);
    this.store.clear();
    for (const panel of this.panels) panel.forget();
    this.applyPause();
    this.select(0, false);
    this.live.start();
  }

  get narrow() { return byId('tab-play').offsetParent !== null; }

  show(view) {
    this.view = view;
    document.body.dataset.view = view;
    for (const one of kViews) {
      const tab = byId(`tab-${one}`);
      tab.setAttribute('aria-selected', String(one === view));
      tab.tabIndex = one === view ? 0 : -1;
      if (one !== 'play') byId(`view-${one}`).hidden = one !== view;
    }
    if (view === 'tokens') this.refresh_tokens();
    if (view === 'data') this.data.refresh();
    this.renderAll();
  }

  onTabKey(event) {
    const tabs = kViews.map((view) => byId(`tab-${view}`)).filter((tab) => tab.offsetParent !== null);
    const at = tabs.indexOf(document.activeElement);
    const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1}[event.key];
    if (at < 0 || to === undefined) return;
    const tab = tabs[(to + tabs.length) % tabs.length];
    tab.click();
    tab.focus();
    event.preventDefault();
  }

  select(sequence, open) {
    this.list.selected = sequence;
    const entry = this.store.find(sequence);
    byId('page').classList.toggle('reading', Boolean(entry) && open);
    if (!entry) { this.exchange.clear(); this.list.renderRows(); return; }
    this.exchange.show(entry);
    if (open) byId('exchange').focus({preventScroll: false});
  }

  filter() {
    this.store.setFilter({text: byId('filter').value.trim(), problems: byId('refused').checked,
      endpoints: byId('endpoint').value.split(' ').filter(Boolean)});
    this.renderAll();
  }

  togglePause() {
    this.store.pause(this.store.pausedAt === null);
    this.applyPause();
    this.renderAll();
  }

  applyPause() {
    const paused = this.store.pausedAt !== null;
    byId('pause').setAttribute('aria-pressed', String(paused));
    byId('pause').textContent = paused ? 'Resume' : 'Pause';
  }

  // However many events come, the page is drawn once a frame.
  render() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => { this.frame = 0; this.renderAll(); });
  }

  renderAll() {
    const {store} = this;
    const rows = store.visible.length;
    const parts = [`${rows} shown`];
    if (rows !== store.entries.length - store.waiting) parts.push(`${store.entries.length - store.waiting - rows} filtered out`);
    if (store.evicted > 0) parts.push(`${store.evicted} evicted`);
    if (store.pausedAt !== null) parts.push(`paused, ${store.waiting} new`);
    if (store.loading) parts.push('loading…');
    if (byId('counts').textContent !== parts.join(' · ')) byId('counts').textContent = parts.join(' · ');
    byId('list').hidden = this.empty.render({rows, store, base: this.base,
      clients: this.applications.clients, connection: this.connection, loadError: this.loadError});
    this.list.render();
    if (this.view === 'sequence') this.sequence.render();
    const shown = store.find(this.list.selected);
    if (shown) this.exchange.show(shown);
  }

  clearFilter() {
    byId('filter').value = '';
    byId('endpoint').value = '';
    byId('refused').checked = false;
    this.filter();
    byId('filter').focus();
  }

  // ---- what is done ----

  async run(act, said) {
    try { await act(); toast(said); } catch (error) { failed(error); }
  }

  async clearJournal() { await this.run(() => this.api.remove('/requests'), 'Journal cleared.'); }

  async reset() {
    const sure = await confirmDialog(`Reset space ${this.api.space}?`,
      'Its clock, tokens, requests and faults go back to how they were at the start. Applications and accounts stay.', 'Reset');
    if (sure) await this.run(() => this.api.post('/reset'), 'The space is as at its start.');
  }

  async export(path, name) {
    await this.run(async () => download(`${this.api.space}-${name}`, await this.api.blob(path)), `${name} saved.`);
  }
}

new Console().start();
