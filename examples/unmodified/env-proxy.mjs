// Node's fetch does not read HTTPS_PROXY before Node 24 (where NODE_USE_ENV_PROXY=1 is enough). With
//   node --import ./env-proxy.mjs PROGRAM
// it does, and the program stays as it is. In this folder: npm ci
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';

setGlobalDispatcher(new EnvHttpProxyAgent());
