// Wire text taken apart for people: queries, forms, JSON, and where two strings differ. Pure.

// Name and value as decoded; what cannot be decoded is marked and shown as it came.
export function decodePairs(text) {
  if (text === '') return [];
  return text.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    const raw = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    try {
      const [name, value] = raw.map((part) => decodeURIComponent(part.replace(/\+/g, ' ')));
      return {name, value, broken: false};
    } catch {
      return {name: raw[0], value: raw[1], broken: true};
    }
  });
}

export function queryOf(target) {
  const mark = target.indexOf('?');
  return mark < 0 ? '' : target.slice(mark + 1).split('#')[0];
}

export function pathOf(target) { return target.split(/[?#]/)[0]; }

// {kind: 'form', pairs} | {kind: 'json', text} | {kind: 'text', text} | {kind: 'none'}
export function decodeBody(body, contentType) {
  if (typeof body !== 'string') return {kind: 'text', text: `${body.base64}\n(base64: not UTF-8)`};
  if (body === '') return {kind: 'none'};
  const type = contentType.split(';')[0].trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return {kind: 'form', pairs: decodePairs(body)};
  if (type.includes('json')) {
    try { return {kind: 'json', text: JSON.stringify(JSON.parse(body), null, 2)}; } catch { /* shown raw */ }
  }
  return {kind: 'text', text: body};
}

export function firstDifference(a, b) {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; ++at) if (a[at] !== b[at]) return at;
  return a.length === b.length ? -1 : shorter;
}

// A reason that compares two quoted strings and says where they differ: {before, labels, values, at}.
// null when it does not.
export function comparison(why) {
  if (!/differ/.test(why)) return null;
  const quoted = [...why.matchAll(/"([^"]*)"/g)];
  for (let i = 0; i + 1 < quoted.length; ++i) {
    const [a, b] = [quoted[i], quoted[i + 1]];
    const at = firstDifference(a[1], b[1]);
    if (a[1].length < 4 || at < 0) continue;
    return {text: why, values: [a[1], b[1]], labels: [labelBefore(why, a.index, 'expected'),
      labelBefore(why, b.index, 'seen')], at};
  }
  return null;
}

function labelBefore(text, index, otherwise) {
  const word = /(registered|sent|expected|seen)\s*:?\s*$/.exec(text.slice(0, index));
  return word ? word[1] : otherwise;
}

// Lines of a reason; where a line is a lone caret, the column it points at in the lines above.
export function caretLines(why) {
  const lines = why.split('\n');
  const caret = lines.findIndex((line) => /^\s*\^/.test(line));
  return {lines, caret, column: caret < 0 ? -1 : lines[caret].indexOf('^')};
}
