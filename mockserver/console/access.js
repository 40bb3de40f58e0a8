// The question for the admin token, where the server asks for one.
import {byId, h, replace} from './dom.js';

// Calls onToken(text) with what was typed, or onLeave() when the question was closed without.
export function askForToken(refused, onToken, onLeave) {
  const dialog = byId('dialog');
  if (dialog.open) {
    if (dialog.dataset.asks === 'token') return;
    dialog.close();
  }
  const field = h('input', {type: 'password', id: 'admin-token', autocomplete: 'off', required: true,
    'aria-describedby': refused ? 'token-refused' : 'token-help', 'aria-invalid': refused ? 'true' : null});
  let token = '';
  dialog.className = 'small';
  dialog.dataset.asks = 'token';
  replace(dialog, h('form', {method: 'dialog', class: 'ask', onsubmit: () => { token = field.value; }},
    h('h2', {id: 'dialog-title'}, 'Admin token'),
    refused ? h('p', {class: 'failed', id: 'token-refused', role: 'alert'}, 'The server did not take that token.') : null,
    h('p', {id: 'token-help'}, 'This mock asks for its admin token. Started by docker-compose it is ',
      h('code', {}, 'local-only'), ', unless ', h('code', {}, 'AWEBER_MOCK_ADMIN_TOKEN'), ' was set; else it is what ',
      h('code', {}, '--admin-token'), ' says.'),
    h('label', {class: 'field'}, 'Token ', field),
    h('div', {class: 'group end'}, h('button', {class: 'primary'}, 'Open the console'))));
  dialog.addEventListener('close', () => {
    delete dialog.dataset.asks;
    if (token === '') onLeave();
    else onToken(token);
  }, {once: true});
  dialog.showModal();
  field.focus();
}
