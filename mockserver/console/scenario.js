// The scenario panel: what is in play, how far it is, and the picker.
import {byId, failed, h, replace, toast} from './dom.js';
import {Panel} from './panel.js';
import {ruleTitle} from './rules.js';

export class ScenarioPanel extends Panel {
  // onPlayed(): rules and settings changed
  constructor(api, onPlayed) {
    super(api, 'scenario', 'Scenario');
    this.onPlayed = onPlayed;
    this.known = [];
    this.state = null;
    this.whyOpen = false;
    this.render();
  }

  async load() {
    if (this.known.length === 0) this.known = (await this.api.scenarios()).scenarios;
    return this.api.get('/scenario');
  }

  take(state) { this.state = state; }

  body() {
    const {id, rules} = this.state;
    const choose = h('button', {type: 'button', 'data-key': 'choose', onclick: () => this.pick()}, id ? 'Change…' : 'Choose a scenario…');
    if (!id) return [h('p', {class: 'muted'}, 'None. The mock behaves as AWeber is documented to.'), choose];
    const about = this.known.find((one) => one.id === id);
    return [h('p', {class: 'playing'}, h('code', {}, id)),
      about ? h('p', {}, about.title) : null,
      about ? h('details', {open: this.whyOpen, ontoggle: (event) => { this.whyOpen = event.target.open; }},
        h('summary', {'data-key': 'why'}, 'Why it matters'), h('p', {}, about.why),
        h('p', {class: 'muted'}, about.spec.join(' · '))) : null,
      rules.length === 0 ? h('p', {class: 'muted'}, 'It changes settings only: no rules.')
        : h('ul', {class: 'rules'}, rules.map((rule) => h('li', {}, ruleTitle(rule),
          h('span', {class: 'muted'}, ` acted ${rule.acted} of ${rule.seen} seen`,
            rule.remaining === null ? '' : `, ${rule.remaining} left`)))),
      h('div', {class: 'group'}, choose,
        h('button', {type: 'button', 'data-key': 'stop', onclick: () => this.stop()}, 'Stop'))];
  }

  pick() {
    const dialog = byId('dialog');
    const results = h('ul', {class: 'results'});
    const count = h('p', {class: 'muted', role: 'status'});
    const search = h('input', {type: 'search', placeholder: 'Search: refresh, state, 401, rotation…', 'aria-label': 'Search scenarios',
      autofocus: true, autocomplete: 'off', oninput: () => list()});
    const list = () => {
      const words = search.value.toLowerCase().split(/\s+/);
      const found = this.known.filter((one) => {
        const text = `${one.id} ${one.title} ${one.why} ${one.tags.join(' ')}`.toLowerCase();
        return words.every((word) => text.includes(word));
      });
      count.textContent = this.known.length === 0 ? 'This server has no scenarios.' : `${found.length} of ${this.known.length} scenarios`;
      replace(results, found.map((one) => h('li', {},
        h('button', {type: 'button', 'aria-pressed': String(one.id === this.state?.id), onclick: () => this.play(one.id, count)},
          h('code', {}, one.id), h('span', {}, one.title)))));
    };
    list();
    dialog.className = 'large';
    replace(dialog, h('div', {class: 'picker'},
      h('header', {}, h('h2', {id: 'dialog-title'}, 'Choose a scenario'),
        h('button', {type: 'button', onclick: () => dialog.close()}, 'Close')),
      search, count, results));
    dialog.showModal();
    search.focus();
  }

  async play(id, told) {
    try {
      this.take(await this.api.put('/scenario', {id}));
      byId('dialog').close();
      this.render();
      toast(`Scenario ${id} is in play.`);
      this.onPlayed();
    } catch (error) {
      told.textContent = error.message;
      failed(error);
    }
  }

  async stop() {
    await this.change(() => this.api.remove('/scenario'), 'No scenario is in play.');
    this.onPlayed();
  }
}
