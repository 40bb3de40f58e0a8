// Rules in words, and the faults that can be switched on with one click. Pure.

// "refresh: lose_reply"
export function ruleTitle(rule) {
  const on = rule.on ?? {};
  const where = on.grant === 'refresh_token' ? 'refresh' : on.grant === 'authorization_code' ? 'code exchange'
    : on.endpoint === 'any' || !on.endpoint ? 'any request' : on.endpoint;
  const then = (rule.then ?? []).map((fault) => Object.keys(fault)[0]).join(', then ');
  return `${where}: ${then}`;
}

const refresh = {endpoint: 'token', grant: 'refresh_token'};

// id: also the rule's id on the server, behind "console-"; it says which switch is on.
export const kPresets = [
  {id: 'refresh-refused', title: 'Refresh is refused', note: 'as after the customer disconnected',
    rule: {on: refresh, then: [{oauth_error: {error: 'invalid_request'}}]}},
  {id: 'refresh-lost', title: 'Refresh works, its reply is lost', note: 'tokens rotate, the client never hears',
    rule: {on: refresh, then: [{lose_reply: {}}]}},
  {id: 'token-503', title: 'Token endpoint answers 503', note: 'a busy server',
    rule: {on: {endpoint: 'token'}, then: [{http_status: {status: 503, body: 'Service Unavailable'}}]}},
  {id: 'token-slow', title: 'Token endpoint takes 5 s', note: 'real seconds',
    rule: {on: {endpoint: 'token'}, then: [{delay: {by: '5s'}}]}},
  {id: 'no-refresh-token', title: 'Token reply has no refresh_token', note: '',
    rule: {on: {endpoint: 'token'}, then: [{token_mutation: {remove: ['refresh_token']}}]}},
  {id: 'expires-string', title: 'expires_in is a string', note: '"3600" instead of 3600',
    rule: {on: {endpoint: 'token'}, then: [{token_mutation: {set: {expires_in: '3600'}}}]}},
  {id: 'state-changed', title: 'Redirect has a foreign state', note: 'the client must refuse it',
    rule: {on: {endpoint: 'decision'}, then: [{redirect_tamper: {set: {state: 'not-your-state'}}}]}},
  {id: 'api-401', title: 'API says the token expired', note: '401 invalid_token',
    rule: {on: {endpoint: 'api'}, then: [{oauth_error: {error: 'invalid_token',
      description: 'The access token is invalid or has expired', status: 401}}]}},
  {id: 'api-rate-limit', title: 'API says rate limited', note: '403, AWeber\'s way',
    rule: {on: {endpoint: 'api'}, then: [{rate_limit: {}}]}},
  {id: 'api-500', title: 'API answers 500', note: '',
    rule: {on: {endpoint: 'api'}, then: [{http_status: {status: 500, content_type: 'application/json',
      body: '{"error":{"status":500,"message":"Internal error","type":"InternalServerError","documentation_url":"https://api.aweber.com"}}'}}]}},
  {id: 'reset', title: 'Connections are reset', note: 'any request',
    rule: {on: {endpoint: 'any'}, then: [{reset: {}}]}},
];

export const presetRuleId = (preset) => `console-${preset.id}`;

// The rule to send; times 0 is without end.
export function presetRule(preset, times) {
  return {id: presetRuleId(preset), ...preset.rule, ...(times > 0 ? {times} : {})};
}
