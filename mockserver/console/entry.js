// What a journal entry says, in words. Pure.
import {span} from './time.js';

export const textOf = (value) => (typeof value === 'string' ? value : `[${value?.base64?.length ?? 0} base64 characters]`);

export const isRefused = (entry) => entry.error !== '' || entry.why_rejected !== '' || (entry.response?.status ?? 0) >= 400;

export const isProblem = (entry) => isRefused(entry) || entry.fault !== '' || entry.findings.length > 0 ||
  entry.state === 'aborted';

export function header(headers, name) {
  const found = (headers ?? []).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found ? textOf(found[1]) : '';
}

// One line that tells what the exchange was about.
export function summary(entry) {
  const facts = entry.facts ?? {};
  const issued = [facts.access_token, facts.issued_refresh_token].filter(Boolean).join(' + ');
  switch (entry.endpoint) {
    case 'authorize':
      return isRefused(entry) ? 'authorization refused' : 'authorization page';
    case 'decision':
      if (entry.error === 'access_denied') return 'customer cancels';
      if (entry.error === 'login_failed') return 'customer fails to log in';
      return facts.code ? `customer authorizes → ${facts.code}` : 'customer answers';
    case 'token': {
      const what = facts.grant_type === 'refresh_token' ? `refresh ${facts.refresh_token ?? ''}`
        : facts.grant_type === 'authorization_code' ? `exchange ${facts.code ?? 'code'}`
          : facts.grant_type || 'token request';
      return issued && !isRefused(entry) ? `${what.trim()} → ${issued}` : what.trim();
    }
    case 'revoke':
      return `revoke ${facts.access_token || facts.refresh_token || facts.grant || ''}`.trim();
    case 'api':
      return facts.access_token ? `with ${facts.access_token} (${facts.token_state || 'live'})` : 'no known token';
    case 'malformed':
      return 'not readable as HTTP';
    default:
      return '';
  }
}

export function statusText(entry) {
  if (entry.state === 'open') return '…';
  if (entry.state === 'aborted' && !entry.response) return 'lost';
  return entry.response ? String(entry.response.status) : 'lost';
}

// "ok", "moved", "bad", "open": how the status is coloured.
export function tone(entry) {
  if (entry.state === 'open') return 'open';
  if (entry.state === 'aborted' || !entry.response) return 'bad';
  const status = entry.response.status;
  if (status >= 400 || entry.error !== '') return 'bad';
  return status >= 300 ? 'moved' : 'ok';
}

export function searchText(entry) {
  const facts = Object.values(entry.facts ?? {}).join(' ');
  return [`#${entry.sequence}`, entry.endpoint, entry.request.method, textOf(entry.request.target), statusText(entry),
    facts, entry.error, entry.why_rejected, entry.rule, entry.fault, summary(entry),
    entry.findings.map((finding) => finding.check).join(' ')].join(' ').toLowerCase();
}

// How far the virtual clock was moved between two entries, beyond the time that really passed.
export function clockJump(before, after) {
  const seconds = ((after.virtual_time - before.virtual_time) - (after.time - before.time)) / 1e6;
  return seconds >= 30 ? `clock +${span(seconds)}` : '';
}
