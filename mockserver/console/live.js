// The event stream: server-sent events read with fetch, because EventSource cannot send the admin
// token. Reconnects by itself, a little later each time, and can be told to try now.

const kFirstWaitMs = 1000;
const kLongestWaitMs = 10_000;
const kSilenceMs = 45_000;  // the server says something every 15 s

// Splits a stream into events. Pure apart from what it keeps of an unfinished event.
export class EventReader {
  constructor() { this.rest = ''; }

  push(text) {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop();
    return blocks.map(EventReader.parse).filter((event) => event.type !== '');
  }

  static parse(block) {
    const event = {id: '', type: '', data: ''};
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      if (colon <= 0) continue;
      const value = line.slice(colon + 1).replace(/^ /, '');
      const name = line.slice(0, colon);
      if (name === 'id') event.id = value;
      if (name === 'event') event.type = value;
      if (name === 'data') event.data += event.data === '' ? value : `\n${value}`;
    }
    return event;
  }
}

export class Live {
  // onEvent(type, data), onState('connecting' | 'open' | 'down' | 'gone', milliseconds until the next try)
  constructor(api, onEvent, onState) {
    this.api = api;
    this.onEvent = onEvent;
    this.onState = onState;
    this.generation = 0;
    this.wait = kFirstWaitMs;
  }

  // Starts anew, for instance in another space.
  start() {
    this.stop();
    this.lastId = '';
    this.wait = kFirstWaitMs;
    this.connect(this.generation);
  }

  stop() {
    this.generation += 1;
    this.abort?.abort();
    clearTimeout(this.timer);
  }

  tryNow() {
    this.stop();
    this.wait = kFirstWaitMs;
    this.connect(this.generation);
  }

  async connect(generation) {
    this.onState('connecting');
    this.abort = new AbortController();
    try {
      const headers = this.lastId === '' ? {} : {'Last-Event-ID': this.lastId};
      const response = await fetch(this.api.inSpace('/events'), {
        headers: this.api.headers({Accept: 'text/event-stream', ...headers}),
        signal: this.abort.signal,
        cache: 'no-store',
      });
      if (response.status === 401) this.api.onTokenNeeded();
      if (response.status === 404 && generation === this.generation) { this.onState('gone'); return; }
      if (!response.ok) throw new Error(`events: ${response.status}`);
      if (generation !== this.generation) return;
      this.wait = kFirstWaitMs;
      this.onState('open');
      await this.read(response.body.getReader(), generation);
    } catch { /* told below: however it ended, it is down */ }
    if (generation !== this.generation) return;
    this.onState('down', this.wait);
    this.timer = setTimeout(() => this.connect(generation), this.wait);
    this.wait = Math.min(this.wait * 2, kLongestWaitMs);
  }

  async read(stream, generation) {
    const decoder = new TextDecoder();
    const events = new EventReader();
    let watchdog = 0;
    const abort = this.abort;
    try {
      for (;;) {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => abort.abort(), kSilenceMs);
        const {value, done} = await stream.read();
        if (done || generation !== this.generation) return;
        for (const event of events.push(decoder.decode(value, {stream: true}))) {
          if (event.id !== '') this.lastId = event.id;
          this.onEvent(event.type, event.data);
        }
      }
    } finally {
      clearTimeout(watchdog);
    }
  }
}
