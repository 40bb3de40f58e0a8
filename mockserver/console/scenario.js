// The scenario panel: what is in play, how far it is, and the picker.
import {byId, h, rebuild, replace, toast} from './dom.js';
import {ruleTitle} from './rules.js';

export class ScenarioPanel {
  // onPlayed(): rules and settings changed
  constructor(api, onPlayed) {
    this.api = api;
    this.onPlayed = onPlayed;
    this.place = byId('scenario');
    this.known = [];
    this.state = null;
    this.error = '';
    this.whyOpen = false;
    this.render();
  }

  async refresh() {
    try {
      if (this.known.length === 0) this.known = (await this.api.scenarios()).scenarios;
      this.state = await this.api.get('/scenario');
      this.error = '';
    } catch (error) {
      this.error = error.message;
    }
    this.render();
  }

  update(state) {
    this.state = state;
    this.render();
  }

  render() {
    const title = h('h2', {id: 'scenario-title'}, 'Scenario');
    if (this.error !== '') {
      rebuild(this.place, title, h('p', {class: 'failed'}, this.error),
        h('button', {type: 'button', 'data-key': 'retry', onclick: () => this.refresh()}, 'Try again'));
      return;
    }
    if (!this.state) {
      rebuild(this.place, title, h('p', {class: 'loading'}, 'Loading…'));
      return;
    }
    const choose = h('button', {type: 'button', 'data-key': 'choose', onclick: () => this.pick()},
      this.state.id ? 'Change…' : 'Choose a scenario…');
    if (!this.state.id) {
      rebuild(this.place, title, h('p', {class: 'muted'}, 'None. The mock behaves as AWeber is documented to.'), choose);
      return;
    }
    const about = this.known.find((one) => one.id === this.state.id);
    rebuild(this.place, title,
      h('p', {class: 'playing'}, h('code', {}, this.state.id)),
      about ? h('p', {}, about.title) : null,
      about ? h('details', {open: this.whyOpen, ontoggle: (event) => { this.whyOpen = event.target.open; }},
        h('summary', {'data-key': 'why'}, 'Why it matters'), h('p', {}, about.why),
        h('p', {class: 'muted'}, about.spec.join(' · '))) : null,
      this.state.rules.length === 0 ? h('p', {class: 'muted'}, 'It changes settings only: no rules.')
        : h('ul', {class: 'rules'}, this.state.rules.map((rule) => h('li', {}, ruleTitle(rule),
          h('span', {class: 'muted'}, ` acted ${rule.acted} of ${rule.seen} seen`,
            rule.remaining === null ? '' : `, ${rule.remaining} left`)))),
      h('div', {class: 'group'}, choose,
        h('button', {type: 'button', 'data-key': 'stop', onclick: () => this.stop()}, 'Stop')));
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
        h('button', {type: 'button', 'aria-pressed': String(one.id === this.state?.id), onclick: () => this.play(one.id)},
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

  async play(id) {
    try {
      this.update(await this.api.put('/scenario', {id}));
      byId('dialog').close();
      toast(`Scenario ${id} is in play.`);
      this.onPlayed();
    } catch (error) {
      toast(error.message);
    }
  }

  async stop() {
    try {
      await this.api.remove('/scenario');
      toast('No scenario is in play.');
      await this.refresh();
      this.onPlayed();
    } catch (error) {
      toast(error.message);
    }
  }
}
