// What the application is told: by its environment, and again for each case by POST /_configure,
// so that one process can serve a whole run of the suite.
//
// A deviation is one mistake; a variation is another right way. table.json lists both.

const names = {
  clientType: 'AWEBER_CLIENT_TYPE', clientId: 'AWEBER_CLIENT_ID', clientSecret: 'AWEBER_CLIENT_SECRET',
  redirectUri: 'AWEBER_REDIRECT_URI', scopes: 'AWEBER_SCOPES',
  authorizeUrl: 'AWEBER_AUTHORIZE_URL', tokenUrl: 'AWEBER_TOKEN_URL',
  auth: 'AWEBER_AUTH', transport: 'AWEBER_TOKEN_TRANSPORT', issuer: 'AWEBER_ISSUER',
  revokeUrl: 'AWEBER_REVOKE_URL', apiUrl: 'AWEBER_API_URL', store: 'APP_STORE',
};

export const settings = {};
for (const [key, name] of Object.entries(names)) settings[key] = process.env[name] ?? '';

const deviation = process.env.APP_DEVIATION ?? '';
const variations = new Set((process.env.APP_VARIATION ?? '').split(' ').filter(Boolean));

export const is = name => deviation === name;
export const varies = name => variations.has(name);
export const alwaysPkce = process.env.APP_PKCE === 'always';

export function configure(told) {
  for (const key of Object.keys(names)) settings[key] = told[key] ?? '';
}
