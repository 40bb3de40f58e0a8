// Sessions and their tokens, in memory and in one file: written whole, for the application alone.
import fs from 'node:fs';
import path from 'node:path';
import { settings, is, varies } from './settings.mjs';

let sessions = new Map();

const fileName = () => path.join(settings.store, 'sessions.json');

export function load() {
  sessions = new Map();
  if (varies('memory')) return;
  try {
    sessions = new Map(Object.entries(JSON.parse(fs.readFileSync(fileName(), 'utf8'))));
  } catch {
    // nothing was saved yet
  }
}

// What is on the disk of a session; some mistakes save less than they know.
function saved(session) {
  if (is('rotation-not-saved') && session.tokens?.first) {
    return { ...session, tokens: { ...session.tokens, refresh: session.tokens.first } };
  }
  return session;
}

export function save() {
  if (varies('memory') || is('memory-only') || !settings.store) return;
  const text = JSON.stringify(Object.fromEntries(
    [...sessions].map(([id, session]) => [id, saved(session)])));
  const fresh = `${fileName()}.${process.pid}`;
  fs.writeFileSync(fresh, text, { mode: is('file-readable') ? 0o644 : 0o600 });
  if (is('file-readable')) fs.chmodSync(fresh, 0o644);
  fs.renameSync(fresh, fileName());
}

export const find = id => sessions.get(id);

export function put(id, session) {
  sessions.set(id, session);
  save();
}

export function rename(from, to) {
  const session = sessions.get(from);
  sessions.delete(from);
  put(to, session);
}

export const all = () => sessions.values();
