// One exchange in full.
import {byId, copyText, failed, h, replace} from './dom.js';
import {caretLines, comparison, decodeBody, decodePairs, pathOf, queryOf} from './decode.js';
import {header, statusText, summary, textOf, tone} from './entry.js';
import {asCurl} from './curl.js';
import {asScenario} from './recorded.js';
import {preciseTime, took} from './time.js';

export class Exchange {
  // context: {api, base(): promise of the mock's address, showToken(label), register(client, uri), back()}
  constructor(context) {
    this.context = context;
    this.place = byId('exchange');
    this.clear();
  }

  clear() {
    this.shown = null;
    this.top = null;
    replace(this.place, h('div', {class: 'empty'}, h('p', {}, 'Choose a request to see it in full.')));
  }

  // The same exchange comes again when it is answered and when lint has judged it: the reader stays
  // where he is, and the buttons stay the same ones.
  show(entry) {
    if (entry === this.shown) return;
    const same = this.shown?.sequence === entry.sequence;
    this.shown = entry;
    this.top = same ? this.top : this.head();
    replace(this.top.title, h('span', {class: 'number'}, `#${entry.sequence}`), ' ', entry.request.method, ' ',
      pathOf(textOf(entry.request.target)), ' ', h('span', {class: `status ${tone(entry)}`}, statusText(entry)));
    replace(this.top.about, summary(entry));
    const parts = [this.whyRejected(entry), lintFindings(entry), this.facts(entry), requestPart(entry), responsePart(entry)];
    if (!same) replace(this.place, this.top.element);
    while (this.place.lastChild !== this.top.element) this.place.lastChild.remove();
    this.place.append(...parts.filter(Boolean));
    if (!same) this.place.scrollTop = 0;
  }

  head() {
    const title = h('h2');
    const about = h('p', {class: 'muted'});
    const element = h('header', {class: 'exchange-head'},
      h('button', {type: 'button', class: 'narrow-only', onclick: () => this.context.back()}, '← All requests'),
      title, about,
      h('div', {class: 'group'},
        h('button', {type: 'button', onclick: () => this.copyCurl(this.shown)}, 'Copy as curl'),
        h('button', {type: 'button', onclick: () => this.copyScenario(this.shown)}, 'Copy as YAML scenario')));
    return {element, title, about};
  }

  async copyCurl(entry) {
    try {
      await copyText(asCurl(entry, await this.context.base()), 'curl command');
    } catch (error) {
      failed(new Error(`Not copied: ${error.message}`));
    }
  }

  async copyScenario(entry) {
    try {
      const rules = entry.rule === '' ? [] : (await this.context.api.get('/faults')).faults;
      await copyText(asScenario(entry, rules.find((rule) => rule.id === entry.rule)), 'Scenario');
    } catch (error) {
      failed(new Error(`Not copied: ${error.message}`));
    }
  }

  whyRejected(entry) {
    if (entry.why_rejected === '') return null;
    return h('section', {class: 'part callout bad'}, h('h3', {}, 'Why it was rejected'), reason(entry.why_rejected), this.registering(entry));
  }

  // An application of one's own comes back to an address that the mock does not know yet: the way on.
  registering(entry) {
    if (!entry.why_rejected.startsWith('redirect_uri is not registered')) return null;
    const uri = decodePairs(queryOf(textOf(entry.request.target))).find((pair) => pair.name === 'redirect_uri')?.value;
    if (!uri || !entry.facts?.client_id) return null;
    return h('div', {class: 'group'}, h('button', {type: 'button',
      onclick: () => this.context.register(entry.facts.client_id, uri)}, 'Register this redirect URI'),
    h('p', {class: 'muted'}, 'if it is the right one; AWeber compares every character.'));
  }

  facts(entry) {
    const facts = entry.facts ?? {};
    const token = (label) => h('button', {type: 'button', class: 'link',
      onclick: () => this.context.showToken(label)}, label);
    const rows = [
      ['Mock time', `${preciseTime(entry.virtual_time)} UTC`],
      ['Real time', `${preciseTime(entry.time)} UTC`],
      ['Took', entry.finished ? took(entry.finished - entry.time) : 'still open'],
      ['Endpoint', entry.endpoint],
      ['Client', facts.client_id && `${facts.client_id}${facts.client_type ? ` (${facts.client_type})` : ' (not registered)'}`],
      ['Authenticated by', facts.auth && `${facts.auth}${facts.basic_encoding ? `, ${facts.basic_encoding}` : ''}`],
      ['Grant type', facts.grant_type],
      ['Grant', facts.grant && token(facts.grant)],
      ['Code', facts.code && token(facts.code)],
      ['Access token', facts.access_token && token(facts.access_token)],
      ['Refresh token', facts.refresh_token && token(facts.refresh_token)],
      ['New refresh token', facts.issued_refresh_token && token(facts.issued_refresh_token)],
      ['State when sent', facts.token_state],
      ['Token sent in', facts.token_placement],
      ['Took effect', facts.committed ? 'yes, committed' : ''],
      ['Rule', entry.rule],
      ['Fault', entry.fault],
      ['Error', entry.error],
      ['Ended', entry.state === 'aborted' ? 'the connection went before the whole reply' : ''],
      ['From', entry.request.peer],
      ['TLS name', entry.request.server_name],
    ];
    return section('About', definitions(rows));
  }
}

function section(title, ...children) {
  return h('section', {class: 'part'}, h('h3', {}, title), children);
}

function definitions(rows) {
  return h('dl', {class: 'facts'}, rows.filter(([, value]) => value)
    .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

// Long lines scroll sideways, so the block takes the focus and keyboards can scroll it.
function code(label, ...children) {
  return h('pre', {tabindex: '0', role: 'group', 'aria-label': label}, children);
}


// The reason, with the first differing character marked in both texts.
function reason(why) {
  const {lines, caret, column} = caretLines(why);
  if (caret >= 0) {
    const parts = lines.map((line, at) => [
      at < caret && at >= caret - 2 ? marked(line, column) : line, at < lines.length - 1 ? '\n' : '']);
    return code('Reason', parts);
  }
  const found = comparison(why);
  if (!found) return h('p', {class: 'reason'}, why);
  const width = Math.max(...found.labels.map((label) => label.length));
  const line = (i) => [`${found.labels[i].padStart(width)}: `, marked(found.values[i], found.at), '\n'];
  return [h('p', {class: 'reason'}, why),
    code('Where they differ', line(0), line(1), `${' '.repeat(width + 2 + found.at)}^ character ${found.at + 1}`)];
}

function marked(text, at) {
  if (at >= text.length) return [text, h('mark', {title: 'ends here'}, ' ')];
  return [text.slice(0, at), h('mark', {}, text[at]), text.slice(at + 1)];
}

function lintFindings(entry) {
  if (entry.findings.length === 0) return null;
  return h('section', {class: 'part callout warn'}, h('h3', {}, 'Lint findings'),
    h('ul', {class: 'findings'}, entry.findings.map((finding) => h('li', {},
      h('span', {class: `level ${finding.level}`}, finding.level), ' ', h('code', {}, finding.check), ' ', finding.message))));
}

function pairsTable(caption, pairs) {
  if (pairs.length === 0) return null;
  return h('table', {class: 'pairs'}, h('caption', {}, caption),
    h('tbody', {}, pairs.map(({name, value, broken}) => h('tr', {class: broken ? 'broken' : null},
      h('th', {scope: 'row'}, name), h('td', {}, value, broken ? ' (not decodable)' : '')))));
}

function headersTable(headers) {
  return pairsTable('Headers', (headers ?? []).map(([name, value]) => ({name, value: textOf(value)})));
}

function bodyPart(body, contentType) {
  const decoded = decodeBody(body, contentType);
  if (decoded.kind === 'none') return h('p', {class: 'muted'}, 'No body.');
  if (decoded.kind === 'form') return pairsTable('Form, decoded', decoded.pairs);
  return h('div', {}, h('p', {class: 'caption'}, decoded.kind === 'json' ? 'JSON' : 'Body'), code('Body', decoded.text));
}

function rawPart(label, text) {
  return h('details', {}, h('summary', {}, label), code(label, text));
}

function rawHeaders(headers) {
  return (headers ?? []).map(([name, value]) => `${name}: ${textOf(value)}\n`).join('');
}

function requestPart(entry) {
  const request = entry.request;
  const target = textOf(request.target);
  return section('Request',
    pairsTable('Query, decoded', decodePairs(queryOf(target))),
    bodyPart(request.body, header(request.headers, 'Content-Type')),
    headersTable(request.headers),
    rawPart('Request as it came',
      `${request.method} ${target} HTTP/1.1\n${rawHeaders(request.headers)}\n${textOf(request.body)}`));
}

function responsePart(entry) {
  const response = entry.response;
  if (!response) {
    return section('Response', h('p', {class: 'muted'},
      entry.state === 'open' ? 'Not answered yet.' : 'No reply reached the client.'));
  }
  const location = header(response.headers, 'Location');
  return section('Response',
    h('p', {}, h('span', {class: `status ${tone(entry)}`}, String(response.status)),
      h('span', {class: 'muted'}, ` ${response.bytes_sent} bytes sent`)),
    location === '' ? null : pairsTable('Redirect, decoded',
      [{name: 'to', value: pathOf(location)}, ...decodePairs(queryOf(location))]),
    bodyPart(response.body, header(response.headers, 'Content-Type')),
    headersTable(response.headers),
    rawPart('Response as it was made',
      `HTTP/1.1 ${response.status}\n${rawHeaders(response.headers)}\n${textOf(response.body)}`));
}
