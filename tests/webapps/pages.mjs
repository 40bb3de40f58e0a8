// Pages and cookies.
import crypto from 'node:crypto';
import { is } from './settings.mjs';
import * as store from './store.mjs';

export const escape = text => String(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
let counter = 100000;

export function newSessionId() {
  if (is('session-counter')) return `sid-${++counter}`;
  return crypto.randomBytes(24).toString('hex');
}

function cookieLine(request, id) {
  const secure = request.headers['x-forwarded-proto'] === 'https' && !is('cookie-not-secure');
  const parts = [`sid=${id}`, 'Path=/'];
  if (!is('cookie-script')) parts.push('HttpOnly');
  if (secure) parts.push('Secure');
  if (is('cookie-cross-site')) parts.push('SameSite=None');
  else if (!is('cookie-no-samesite')) parts.push('SameSite=Lax');
  return parts.join('; ');
}

// The visitor behind a request: one per browser, begun at the first page.
export function sessionOf(request) {
  const sent = /(?:^|;\s*)sid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  const known = sent ? store.find(sent) : undefined;
  if (known) return { id: sent, data: known, cookies: [] };
  const fresh = newSessionId();
  const data = { csrf: crypto.randomBytes(16).toString('hex'), attempts: {}, tokens: null };
  store.put(fresh, data);
  return { id: fresh, data, cookies: [cookieLine(request, fresh)] };
}

// A login gets a new id: whoever knew the old one has nothing (RFC 9700 §4.7).
export function renew(request, session) {
  if (is('session-not-renewed')) return;
  const fresh = newSessionId();
  store.rename(session.id, fresh);
  session.id = fresh;
  session.cookies = [cookieLine(request, fresh)];
}

export function page(response, session, status, body) {
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Referrer-Policy': 'no-referrer' };
  if (session) headers['Set-Cookie'] = session.cookies;
  if (is('tells-referer')) delete headers['Referrer-Policy'];
  if (is('code-in-address')) delete headers['Referrer-Policy'];
  response.writeHead(status, headers);
  response.end(`<!doctype html><title>My newsletters</title>${body}`);
}

export function go(response, session, url, status = 302) {
  response.writeHead(status, { Location: url, 'Set-Cookie': session.cookies, 'Referrer-Policy': 'no-referrer' });
  response.end();
}

export const form = (session, path, button, fields = '') =>
  `<form method="post" action="${path}"><input type="hidden" name="csrf" value="${session.data.csrf}">` +
  `${fields}<button>${button}</button></form>`;
