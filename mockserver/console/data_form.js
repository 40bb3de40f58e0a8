// A form for one row of the customers' data, made from its schema, in the page's dialog.
import {byId, failed, h, replace, toast} from './dom.js';
import {asText, fromText, kindOf} from './data_shape.js';

export class RowForm {
  // Resolves when the dialog is closed. `save(row)` and `remove()` ask the server; remove may be null.
  show({title, row, schema, save, remove}) {
    const dialog = byId('dialog');
    this.inputs = Object.entries(schema.properties).filter(([name]) => name !== 'id').map(([name, one]) => this.input(name, one, row[name], schema));
    const form = h('form', {class: 'ask', onsubmit: async (event) => {
      event.preventDefault();
      if (await this.try(() => save(this.read(row)), 'Saved.')) dialog.close();
    }},
    h('h2', {id: 'dialog-title'}, title),
    h('div', {class: 'members'}, this.inputs.map((one) => one.place)),
    h('div', {class: 'group end'},
      remove && h('button', {type: 'button', class: 'danger', onclick: async () => {
        if (await this.try(remove, 'Removed.')) dialog.close();
      }}, 'Remove'),
      h('span', {class: 'spring'}),
      h('button', {type: 'button', onclick: () => dialog.close()}, 'Cancel'),
      h('button', {class: 'primary'}, 'Save')));
    replace(dialog, form);
    dialog.className = 'editor';
    return new Promise((resolve) => {
      dialog.addEventListener('close', resolve, {once: true});
      dialog.showModal();
    });
  }

  input(name, schema, value, {required = []}) {
    const kind = kindOf(schema, name);
    const id = `member-${name}`;
    const about = schema.description ? `${id}-about` : null;
    const common = {id, required: required.includes(name), 'aria-describedby': about, autocomplete: 'off', spellcheck: 'false'};
    let control;
    if (kind === 'flag') {
      control = h('input', {...common, required: false, type: 'checkbox'});
      control.checked = value ?? schema.default;
    } else if (kind === 'choice') {
      control = h('select', common, h('option', {value: ''}, '—'), schema.enum.map((one) => h('option', {value: one}, one)));
    } else if (kind === 'long' || kind === 'json') {
      control = h('textarea', {...common, rows: 3});
    } else {
      control = h('input', {...common, type: kind === 'number' ? 'number' : 'text', step: schema.type === 'number' ? 'any' : null,
        min: schema.minimum, max: schema.maximum, maxlength: schema.maxLength});
    }
    if (kind !== 'flag') control.value = asText(kind, value);
    const problem = h('p', {class: 'failed', id: `${id}-problem`, hidden: true});
    const notes = {texts: ' (separated by commas)', json: ' (JSON)'};
    const place = h('div', {class: kind === 'long' || kind === 'json' ? 'member wide' : 'member'},
      h('label', {for: id}, name, notes[kind]), control, about && h('small', {id: about}, schema.description), problem);
    return {name, kind, control, problem, place};
  }

  // The row as the form says it; what it has no input for stays.
  read(row) {
    const changed = row.id === undefined ? {} : {id: row.id};
    for (const {name, kind, control} of this.inputs) {
      let value;
      try {
        value = kind === 'flag' ? control.checked : fromText(kind, control.value);
      } catch {
        throw Object.assign(new Error('This is no JSON.'), {field: name});
      }
      if (value !== undefined) changed[name] = value;
    }
    return changed;
  }

  // Whether it was done; else the reason stands at the member it is about.
  async try(act, said) {
    for (const {control, problem} of this.inputs) {
      problem.hidden = true;
      control.removeAttribute('aria-invalid');
    }
    try {
      await act();
      toast(said);
      return true;
    } catch (error) {
      const about = this.inputs.find(({name}) => error.field === name || error.field?.startsWith(`${name}.`) || error.field?.startsWith(`${name}[`));
      if (!about) { failed(error); return false; }
      about.problem.textContent = error.message;
      about.problem.hidden = false;
      about.control.setAttribute('aria-invalid', 'true');
      about.control.focus();
      return false;
    }
  }
}
