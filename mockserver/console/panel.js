// What the panels have in common: they load, they fail in words with a way to try again, and an answer
// of a space that is no longer looked at changes nothing.
import {byId, failed, h, rebuild, toast} from './dom.js';

export class Panel {
  // A panel has load(), a promise of what it shows; take(answer), which keeps it; and body(), its
  // elements once something was taken.
  constructor(api, id, title) {
    this.api = api;
    this.place = byId(id);
    this.title = h('h2', {id: `${id}-title`}, title);
    this.ready = false;
    this.error = '';
  }

  async refresh() {
    const space = this.api.space;
    try {
      const answer = await this.load();
      if (space !== this.api.space) return;
      this.take(answer);
      this.ready = true;
      this.error = '';
    } catch (error) {
      // When nobody answers, the page says so once, and what is shown stays as it was.
      if (space !== this.api.space || (error.code === 'unreachable' && this.ready)) return;
      this.error = error.message;
    }
    this.render();
  }

  // Another space: nothing of the one before stays.
  forget() {
    this.ready = false;
    this.error = '';
    this.render();
  }

  render() {
    const title = this.title.cloneNode(true);
    if (this.error !== '') {
      rebuild(this.place, title, h('div', {class: 'problem'}, h('p', {class: 'failed'}, this.error),
        h('button', {type: 'button', 'data-key': 'retry', onclick: () => this.refresh()}, 'Try again')));
    } else if (!this.ready) {
      rebuild(this.place, title, h('p', {class: 'loading'}, 'Loading…'));
    } else {
      rebuild(this.place, title, this.body());
    }
  }

  // A change that the server may refuse; what is shown follows the server either way.
  async change(act, said) {
    try {
      await act();
      toast(said);
    } catch (error) {
      failed(error);
    }
    await this.refresh();
  }
}
