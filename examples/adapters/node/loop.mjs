// The driver protocol for Node adapters: reads requests, calls your operations, writes replies.
//
//     serve({ name, version, language: 'JavaScript' }, { state: true }, { open, authorize, ... });
//
// An operation takes the request and returns (a promise of) the members of `ok`. It throws Refused
// to answer `err`, Unsupported to answer `unsupported`. Copy this file beside your adapter.
import { Console } from 'node:console';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto; // Node 18

export class Refused extends Error {
  constructor(kind, message = '', extra = {}) {
    super(message);
    this.reply = { kind, message, ...extra };
  }
}

export class Unsupported extends Error {}

// The installed version of a package, for `hello`.
export function versionOf(name) {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name)) {
    try {
      return require(`${folder}/${name}/package.json`).version;
    } catch {
      // not in this folder
    }
  }
  return 'unknown';
}

// What belongs to one user (state, verifier, tokens): an object a session, made when first asked for.
export function perSession() {
  const sessions = new Map();
  return (request) => {
    const key = `${request.case}/${request.session}`;
    if (!sessions.has(key)) sessions.set(key, {});
    return sessions.get(key);
  };
}

// The reply to `token`. Some libraries take an answer without an access token for one.
export function current(token) {
  if (!token.access_token) throw new Refused('reauthorize', 'what is stored has no access token');
  return token;
}

export async function serve(client, features, operations) {
  // Standard output belongs to the protocol. Not only console.log writes there: info, dir, table...
  Object.assign(console, new Console(process.stderr, process.stderr));
  async function answer(request) {
    const reply = { id: request.id };
    try {
      if (request.op === 'hello') reply.ok = { protocol: 1, client, features };
      else if (request.op === 'bye') reply.ok = {};
      else if (!Object.hasOwn(operations, request.op)) throw new Unsupported(request.op);
      else reply.ok = (await operations[request.op](request)) ?? {};
    } catch (error) {
      if (error instanceof Unsupported) reply.unsupported = { feature: error.message };
      else if (error instanceof Refused) reply.err = error.reply;
      else reply.err = explain(error);
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
    if (request.op === 'bye') process.exit(0);
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const done = answer(JSON.parse(line));
    // Whoever claims `concurrent` gets the next request while this one is at work.
    if (!(features.concurrent > 1)) await done;
  }
}

// What fetch and its kin throw, in the protocol's words.
function explain(error) {
  const cause = error.cause ?? error;
  const code = String(cause.code ?? '');
  const message = `${error.name}: ${error.message}`;
  if (/CERT|TLS|SSL|SELF_SIGNED|ALTNAME|VERIFY|ISSUER/.test(code)) return { kind: 'tls', message };
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return { kind: 'timeout', message };
  if (/^(ECONN|EPIPE|UND_ERR|ENOTFOUND|HPE_)/.test(code)) return { kind: 'network', message };
  return { kind: 'internal', message };
}
