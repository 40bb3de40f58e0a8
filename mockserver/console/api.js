// The admin API: one function per kind of call, errors with the server's own words.

export class ApiError extends Error {
  constructor(status, code, message, field = '') {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;  // of the body or query, when it is about one
  }
}

const kTokenKey = 'admin-token';

export class Api {
  // onTokenNeeded(refused): whether one was sent and not taken
  constructor(onTokenNeeded) {
    this.space = 'default';
    this.onTokenNeeded = () => onTokenNeeded(sessionStorage.getItem(kTokenKey) !== null);
    // "#token=…" in the address is taken once and leaves the address bar at once.
    const given = /(?:^#|&)token=([^&]+)/.exec(location.hash);
    if (given) {
      this.setToken(decodeURIComponent(given[1]));
      history.replaceState(null, '', location.pathname);
    }
  }

  setToken(token) { sessionStorage.setItem(kTokenKey, token); }

  headers(extra = {}) {
    const token = sessionStorage.getItem(kTokenKey);
    return token ? {...extra, Authorization: `Bearer ${token}`} : extra;
  }

  inSpace(path) { return `/api/v1/spaces/${encodeURIComponent(this.space)}${path}`; }

  async send(method, url, body, type = 'application/json') {
    let response;
    try {
      response = await fetch(url, {
        method,
        headers: this.headers(body === undefined ? {} : {'Content-Type': type}),
        body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
        cache: 'no-store',
      });
    } catch {
      throw new ApiError(0, 'unreachable', 'The mock does not answer.');
    }
    if (response.ok) return response;
    const text = await response.text();
    let error = {};
    try { error = JSON.parse(text).error ?? {}; } catch { /* not JSON: the status must do */ }
    if (response.status === 401) this.onTokenNeeded();
    throw new ApiError(response.status, error.code ?? '', error.message ?? `${response.status} from ${url}`, error.field);
  }

  async json(method, url, body, type) {
    const response = await this.send(method, url, body, type);
    return response.status === 204 ? null : response.json();
  }

  get(path) { return this.json('GET', this.inSpace(path)); }
  post(path, body, type) { return this.json('POST', this.inSpace(path), body, type); }
  put(path, body, type) { return this.json('PUT', this.inSpace(path), body, type); }
  remove(path) { return this.json('DELETE', this.inSpace(path)); }
  async blob(path) { return (await this.send('GET', this.inSpace(path))).blob(); }

  info() { return this.json('GET', '/api/v1/info'); }
  spaces() { return this.json('GET', '/api/v1/spaces'); }
  dataSchema() { return this.json('GET', '/api/v1/data/schema'); }
  scenarios() { return this.json('GET', '/api/v1/scenarios'); }
}
