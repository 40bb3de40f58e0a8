// What the page knows of the journal: entries by number, in order, bounded, with a filter.
import {searchText, isProblem} from './entry.js';

export const kCapacity = 10_000;
const kBlock = 500;

export class Store {
  constructor(api) {
    this.api = api;
    this.filter = {text: '', endpoints: [], problems: false};
    this.clear();
  }

  clear() {
    this.entries = [];          // by sequence, ascending
    this.bySequence = new Map();
    this.evicted = 0;
    this.pausedAt = null;       // the last sequence shown while paused
    this.visibleCache = null;
    this.loading = false;
    this.version = (this.version ?? 0) + 1;  // what an answer that comes late belongs to
  }

  get last() { return this.entries.length === 0 ? 0 : this.entries[this.entries.length - 1].sequence; }
  get first() { return this.entries.length === 0 ? 0 : this.entries[0].sequence; }
  find(sequence) { return this.bySequence.get(sequence); }

  // An entry is told twice, on arrival and when answered; the answered one wins.
  add(entry) {
    const known = this.bySequence.get(entry.sequence);
    if (known && known.state !== 'open' && entry.state === 'open') return;
    entry.search = searchText(entry);
    this.bySequence.set(entry.sequence, entry);
    this.visibleCache = null;
    if (known) {
      this.entries[this.indexOf(entry.sequence)] = entry;
    } else if (entry.sequence > this.last) {
      this.entries.push(entry);
    } else {
      this.entries.splice(this.indexOf(entry.sequence), 0, entry);
    }
    while (this.entries.length > kCapacity) this.bySequence.delete(this.entries.shift().sequence);
  }

  // Where the sequence is, or belongs.
  indexOf(sequence) {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle].sequence < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  setFilter(filter) {
    this.filter = filter;
    this.visibleCache = null;
  }

  pause(on) {
    this.pausedAt = on ? this.last : null;
    this.visibleCache = null;
  }

  get waiting() { return this.pausedAt === null ? 0 : this.entries.length - this.indexOf(this.pausedAt + 1); }

  matches(entry) {
    const {text, endpoints, problems} = this.filter;
    if (this.pausedAt !== null && entry.sequence > this.pausedAt) return false;
    if (endpoints.length > 0 && !endpoints.includes(entry.endpoint)) return false;
    if (problems && !isProblem(entry)) return false;
    return text === '' || text.toLowerCase().split(/\s+/).every((word) => entry.search.includes(word));
  }

  get visible() {
    this.visibleCache ??= this.entries.filter((entry) => this.matches(entry));
    return this.visibleCache;
  }

  // Loads the newest block first, so that the page fills at once, then the older ones.
  async load(onProgress) {
    const version = this.version;
    this.loading = true;
    try {
      const head = await this.api.get('/requests?limit=0');
      if (version !== this.version) return;
      this.evicted = head.evicted;
      for (let end = head.last_sequence; end > 0 && this.entries.length < kCapacity; end -= kBlock) {
        const after = Math.max(0, end - kBlock);
        const block = await this.api.get(`/requests?after=${after}&limit=${Math.min(kBlock, end)}`);
        if (version !== this.version) return;
        for (const entry of block.requests) this.add(entry);
        onProgress();
        if (block.requests.length === 0 && after < block.evicted) break;
      }
    } finally {
      if (version === this.version) this.loading = false;
    }
    onProgress();
  }

  // After a lost connection: is this still the journal that is shown here, and what came meanwhile?
  // Answers false when it is another one (the server was started again) and all must be loaded.
  async catchUp() {
    if (this.entries.length === 0) return false;
    const version = this.version;
    const open = this.entries.find((entry) => entry.state === 'open');
    const from = open ? open.sequence : this.last;
    const news = await this.api.get(`/requests?after=${from - 1}&limit=${kCapacity}`);
    if (version !== this.version) return true;
    const known = this.find(from);
    const same = news.requests[0];
    if (!same || same.sequence !== from || same.time !== known.time) return false;
    this.evicted = news.evicted;
    for (const entry of news.requests) this.add(entry);
    return true;
  }
}
