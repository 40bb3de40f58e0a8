// The data view: what AWeber keeps for the customers, as a tree of accounts, lists and their parts,
// and the rows of the part that is looked at.
import {h} from './dom.js';
import {columnsOf, cellText, partName} from './data_shape.js';
import {RowForm} from './data_form.js';
import {Panel} from './panel.js';

const kPage = 50;

export class DataView extends Panel {
  constructor(api) {
    super(api, 'view-data', 'Data');
    this.title.className = 'visually-hidden';
    this.tree = [];
    this.chosen = null;  // {account, list, part}
    this.closed = new Set();  // lists whose parts are hidden
    this.form = new RowForm();
    this.forget();
  }

  forget() {
    this.chosen = null;
    this.toStart();
    super.forget();
  }

  toStart() {
    this.text = '';
    this.start = 0;
    this.page = {rows: [], total: 0};
  }

  where({account, list, part} = this.chosen) { return `/data/${account}/${list}/${part}`; }

  async load() {
    this.schema ??= await this.api.dataSchema();
    const {accounts} = await this.api.get('/data');
    const chosen = this.chosen ?? firstOf(accounts);
    if (!chosen) return {accounts, chosen, page: {rows: [], total: 0}};
    const query = new URLSearchParams({start: this.start, size: kPage, text: this.text});
    return {accounts, chosen, page: await this.api.get(`${this.where(chosen)}?${query}`)};
  }

  take({accounts, chosen, page}) {
    this.tree = accounts;
    this.chosen = chosen;
    this.page = page;
  }

  choose(account, list, part) {
    this.toStart();
    this.chosen = {account, list, part};
    return this.refresh();
  }

  rowSchema() {
    const list = this.schema.properties.accounts.items.properties.lists.items;
    return list.properties[this.chosen.part].items;
  }

  // ---- what is drawn ----

  body() {
    if (!this.chosen) return h('p', {class: 'empty'}, 'No customer can authorize here, so there is no data.');
    return h('div', {class: 'data'},
      h('nav', {class: 'tree', 'aria-label': 'Accounts and lists'}, this.tree.map((account) => this.account(account))),
      h('section', {class: 'rows', 'aria-label': 'Rows'}, this.toolbar(), this.table()));
  }

  account(account) {
    return [h('h3', {}, `${account.company || 'Account'} `, h('span', {class: 'muted'}, account.id)),
      h('ul', {}, account.lists.map((list) => h('li', {}, this.list(account, list))))];
  }

  list(account, list) {
    const key = `${account.id}/${list.id}`;
    return h('details', {open: !this.closed.has(key), ontoggle: (event) => { if (event.target.open) this.closed.delete(key); else this.closed.add(key); }},
      h('summary', {'data-key': `list-${key}`}, list.name, ' ', h('span', {class: 'muted'}, list.id)),
      h('ul', {}, Object.entries(list.parts).map(([part, count]) => {
        const here = this.chosen.account === account.id && this.chosen.list === list.id && this.chosen.part === part;
        return h('li', {}, h('button', {type: 'button', 'data-key': `part-${key}/${part}`, 'aria-current': here ? 'true' : null,
          onclick: () => this.choose(account.id, list.id, part)}, h('span', {}, partName(part)), h('span', {class: 'count'}, count)));
      })));
  }

  toolbar() {
    const {part} = this.chosen;
    const {total} = this.page;
    const end = Math.min(this.start + kPage, total);
    const go = (to) => { this.start = to; return this.refresh(); };
    const search = h('input', {type: 'search', 'data-key': 'search', id: 'data-search', autocomplete: 'off', spellcheck: 'false',
      placeholder: part === 'subscribers' ? 'Part of an address or name, or a tag' : 'Part of a row',
      oninput: (event) => { this.text = event.target.value; this.start = 0; this.soon(); }});
    search.value = this.text;
    return h('div', {class: 'toolbar'},
      h('label', {class: 'visually-hidden', for: 'data-search'}, `Search ${partName(part)}`), search,
      h('span', {class: 'muted'}, total === 0 ? 'none' : `${this.start + 1}–${end} of ${total}`),
      h('button', {type: 'button', 'data-key': 'before', disabled: this.start === 0, onclick: () => go(Math.max(0, this.start - kPage))}, 'Before'),
      h('button', {type: 'button', 'data-key': 'after', disabled: end >= total, onclick: () => go(this.start + kPage)}, 'After'),
      h('span', {class: 'spring'}),
      h('button', {type: 'button', 'data-key': 'add', onclick: () => this.edit({})}, 'Add…'));
  }

  // While somebody types, the server is asked at every pause.
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), 200);
  }

  table() {
    const {part} = this.chosen;
    if (this.page.rows.length === 0) return h('p', {class: 'empty'}, this.text === '' ? 'Nothing here yet.' : 'Nothing has this text.');
    const columns = columnsOf(part, this.rowSchema());
    return h('div', {class: 'scroll'}, h('table', {class: 'grid'},
      h('caption', {class: 'visually-hidden'}, partName(part)),
      h('thead', {}, h('tr', {}, columns.map((name) => h('th', {scope: 'col'}, name)))),
      h('tbody', {}, this.page.rows.map((row) => h('tr', {}, columns.map((name, at) => h('td', {},
        at === 0 ? h('button', {type: 'button', class: 'link', 'data-key': `row-${row.id}`, onclick: () => this.edit(row)}, cellText(row[name]) || String(row.id))
          : cellText(row[name]))))))));
  }

  // ---- what is changed ----

  async edit(row) {
    const {part} = this.chosen;
    const place = this.where();
    await this.form.show({title: row.id === undefined ? `Add to ${partName(part)}` : `${partName(part)} ${row.id}`, row, schema: this.rowSchema(),
      save: (changed) => this.api.post(place, changed),
      remove: row.id === undefined ? null : () => this.api.remove(`${place}/${encodeURIComponent(row.id)}`)});
    await this.refresh();
  }
}

function firstOf(accounts) {
  for (const account of accounts) {
    if (account.lists.length > 0) return {account: account.id, list: account.lists[0].id, part: 'subscribers'};
  }
  return null;
}
