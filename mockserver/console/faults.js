// The faults panel: one-click faults, rules of one's own, and gates.
import {h, toast} from './dom.js';
import {Panel} from './panel.js';
import {kPresets, presetRule, presetRuleId, ruleTitle} from './rules.js';

const kExample = '- on: {endpoint: token, grant: refresh_token}\n  times: 1\n  then:\n    oauth_error: {error: invalid_request}\n';

export class Faults extends Panel {
  constructor(api) {
    super(api, 'faults', 'Faults');
    this.rules = [];
    this.gates = [];
    this.times = 1;
    this.custom = kExample;
    this.customOpen = false;
    this.problem = '';
    this.render();
  }

  async load() { return {...await this.api.get('/faults'), ...await this.api.get('/gates')}; }

  take({faults, gates}) {
    this.rules = faults;
    this.gates = gates;
  }

  active(preset) { return this.rules.find((rule) => rule.id === presetRuleId(preset)); }

  async toggle(preset) {
    const rule = this.active(preset);
    const on = rule && rule.remaining !== 0;
    await this.change(async () => {
      if (rule) await this.api.remove(`/faults/${encodeURIComponent(rule.id)}`);
      if (!on) await this.api.post('/faults', [presetRule(preset, this.times)]);
    }, `${preset.title}: ${on ? 'off' : 'on'}`);
  }

  async addCustom() {
    try {
      await this.api.post('/faults', this.custom, 'application/yaml');
      this.problem = '';
      toast('Fault added.');
    } catch (error) {
      this.problem = error.message;
    }
    await this.refresh();
  }

  body() {
    const preset = new Set(kPresets.map(presetRuleId));
    const own = this.rules.filter((rule) => rule.from === 'admin' && !preset.has(rule.id));
    return [this.timesChoice(), h('ul', {class: 'switches'}, kPresets.map((one) => this.presetRow(one))),
      own.length === 0 ? null : [h('h3', {}, 'Rules of your own'), h('ul', {class: 'rules'}, own.map((rule) => this.ownRow(rule)))],
      this.gates.length === 0 ? null : [h('h3', {}, 'Gates'), h('ul', {class: 'rules'}, this.gates.map((gate) => this.gateRow(gate)))],
      this.customForm()];
  }

  timesChoice() {
    const select = h('select', {id: 'times', 'data-key': 'times', onchange: (event) => { this.times = Number(event.target.value); }},
      [[1, 'once'], [3, '3 times'], [0, 'until switched off']].map(([value, text]) => h('option', {value}, text)));
    select.value = String(this.times);
    return h('label', {class: 'field'}, 'Switch on ', select);
  }

  presetRow(preset) {
    const rule = this.active(preset);
    const on = Boolean(rule && rule.remaining !== 0);
    const left = !rule ? '' : rule.remaining === 0 ? 'used up' : rule.remaining === null ? `acted ${rule.acted}×` : `${rule.remaining} left`;
    return h('li', {}, h('button', {type: 'button', role: 'switch', 'aria-checked': String(on), 'data-key': preset.id,
      'data-fault': preset.id, onclick: () => this.toggle(preset)},
    h('span', {class: 'knob', 'aria-hidden': 'true'}),
    h('span', {class: 'text'}, preset.title, preset.note ? h('small', {}, preset.note) : null),
    left ? h('span', {class: 'left'}, left) : null));
  }

  ownRow(rule) {
    const left = rule.remaining === null ? `acted ${rule.acted}×` : `${rule.remaining} left`;
    return h('li', {}, ruleTitle(rule), h('span', {class: 'muted'}, ` ${rule.id}, ${left}`),
      h('button', {type: 'button', 'data-key': `rule-${rule.id}`, 'aria-label': `Remove ${rule.id}`,
        onclick: () => this.change(() => this.api.remove(`/faults/${encodeURIComponent(rule.id)}`), `${rule.id} removed`)}, 'Remove'));
  }

  gateRow(gate) {
    return h('li', {}, h('b', {}, gate.name), h('span', {class: 'muted'}, ` ${gate.waiting} waiting${gate.open ? ', open' : ''}`),
      h('button', {type: 'button', 'data-key': `gate-${gate.name}`, 'aria-label': `Release gate ${gate.name}`,
        onclick: () => this.change(() => this.api.post(`/gates/${encodeURIComponent(gate.name)}/release`), `Gate ${gate.name} released`)}, 'Release'));
  }

  customForm() {
    const area = h('textarea', {id: 'custom-rule', rows: '6', spellcheck: 'false', 'data-key': 'custom',
      'aria-describedby': this.problem ? 'custom-problem' : null, oninput: (event) => { this.custom = event.target.value; }});
    area.value = this.custom;
    return h('details', {open: this.customOpen, ontoggle: (event) => { this.customOpen = event.target.open; }},
      h('summary', {'data-key': 'custom-summary'}, 'Another fault, as YAML'),
      h('label', {for: 'custom-rule'}, 'Rules in the shape of ', h('code', {}, 'server.rules')),
      area, this.problem ? h('pre', {id: 'custom-problem', class: 'failed', role: 'alert', tabindex: '0'}, this.problem) : null,
      h('button', {type: 'button', 'data-key': 'add', onclick: () => this.addCustom()}, 'Add fault'));
  }
}
