// An exchange as a scenario file that plays it again: the steps that lead there, and the same reply
// where the reply was not the usual one. Pure.
import {header, isRefused, textOf} from './entry.js';
import {preciseTime} from './time.js';

// JSON strings are YAML's double-quoted scalars.
const quoted = (text) => JSON.stringify(text);

const kLogin = ['authorize', 'consent', 'callback'];

// {steps, last: label of the step the exchange belongs to, needs}
function stepsFor(entry) {
  const grant = entry.facts?.grant_type;
  switch (entry.endpoint) {
    case 'authorize':
      return {steps: ['authorize'], last: 'authorize', needs: []};
    case 'decision':
      return entry.error === 'access_denied'
        ? {steps: ['authorize', 'consent: deny', 'callback'], last: 'callback', needs: []}
        : {steps: kLogin, last: 'callback', needs: []};
    case 'token':
      return grant === 'refresh_token' ? {steps: [...kLogin, 'refresh'], last: 'refresh', needs: ['refresh:manual']}
        : {steps: kLogin, last: 'callback', needs: []};
    case 'revoke':
      return {steps: [...kLogin, 'revoke'], last: 'revoke', needs: ['revoke']};
    case 'api':
      return {steps: [...kLogin, `call: {method: ${entry.request.method}, path: ${quoted(callPath(entry))}}`],
        last: 'call', needs: []};
    default:
      return {steps: kLogin, last: 'callback', needs: []};
  }
}

function callPath(entry) {
  const target = textOf(entry.request.target);
  const at = target.indexOf('/1.0/');
  return at < 0 ? '/accounts' : target.slice(at + 4);
}

function selector(entry) {
  const parts = [`endpoint: ${entry.endpoint}`];
  const grant = entry.facts?.grant_type;
  if (entry.endpoint === 'token' && (grant === 'authorization_code' || grant === 'refresh_token')) parts.push(`grant: ${grant}`);
  return parts.join(', ');
}

// The rule that acted if one did; else one that gives the reply that was seen. A good reply needs
// none, and its tokens are redacted anyway.
function ruleFor(entry, rule) {
  if (rule) return {on: rule.on, ...(rule.when ? {when: rule.when} : {}), ...(rule.times ? {times: rule.times} : {}), then: rule.then};
  if (!isRefused(entry) || !entry.response) return null;
  const type = header(entry.response.headers, 'Content-Type');
  return {
    on: selectorObject(entry), times: 1,
    then: [{http_status: {status: entry.response.status, ...(type ? {content_type: type} : {}),
      body: textOf(entry.response.body)}}],
  };
}

function selectorObject(entry) {
  return Object.fromEntries(selector(entry).split(', ').map((part) => part.split(': ')));
}

export function asScenario(entry, rule) {
  const {steps, last, needs} = stepsFor(entry);
  const acting = ruleFor(entry, rule);
  const status = entry.response?.status;
  const name = `${entry.endpoint}-${status ?? 'lost'}-${entry.sequence}`;
  const lines = [
    `# Made from request ${entry.sequence} of space ${entry.space}, seen ${preciseTime(entry.time)} UTC.`,
    '# Save it as scenarios/recorded/' + `${name}.yaml and say what the client should do.`,
    `id: recorded/${name}`,
    `title: ${quoted(`${entry.request.method} ${entry.path} answers ${status ?? 'nothing'}${entry.error ? `, ${entry.error}` : ''}`)}`,
    `why: ${quoted(entry.why_rejected || 'Recorded from the console.')}`,
    'tags: [recorded]',
  ];
  if (needs.length > 0) lines.push(`needs: ${JSON.stringify(needs)}`);
  if (acting) {
    lines.push('server:', '  rules:', `    - on: ${JSON.stringify(acting.on)}`);
    if (acting.when) lines.push(`      when: ${JSON.stringify(acting.when)}`);
    if (acting.times) lines.push(`      times: ${acting.times}`);
    lines.push('      then:', ...acting.then.map((fault) => `        - ${JSON.stringify(fault)}`));
  }
  lines.push('steps:', ...steps.map((step) => `  - ${step}`));
  // Whether it may fail is for whoever saves the file to say.
  lines.push('expect:');
  if (entry.endpoint !== 'authorize') lines.push('  client:', `    ${last}: ${isRefused(entry) || acting ? 'any' : 'ok'}`);
  const seen = [`seen: ${entry.endpoint}`, ...selector(entry).split(', ').slice(1)];
  if (status) seen.push(`status: ${status}`);
  lines.push('  requires:', `    - {${seen.join(', ')}}`);
  return `${lines.join('\n')}\n`;
}
