// An exchange as a curl command. Pure.
import {textOf} from './entry.js';

const kMadeByCurl = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding', 'expect']);

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// `base` is the mock's address, of which the origin counts: the target has the space's path already.
export function asCurl(entry, base) {
  const request = entry.request;
  const origin = new URL(base).origin;
  const lines = [`curl -i ${request.method === 'GET' ? '' : `-X ${request.method} `}${quoted(origin + textOf(request.target))}`];
  if (origin.startsWith('https:')) lines.push('--cacert ca.pem');
  for (const [name, value] of request.headers) {
    if (!kMadeByCurl.has(name.toLowerCase())) lines.push(`-H ${quoted(`${name}: ${textOf(value)}`)}`);
  }
  if (typeof request.body !== 'string') {
    lines.splice(0, 1, `echo ${request.body.base64} | base64 -d | ${lines[0]}`);
    lines.push('--data-binary @-');
  } else if (request.body !== '') {
    lines.push(`--data-binary ${quoted(request.body)}`);
  }
  const command = lines.join(' \\\n  ');
  return command.includes('[redacted') ? `# Put real values where [redacted] stands.\n${command}\n` : `${command}\n`;
}
