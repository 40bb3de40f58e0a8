// Small helpers for building the page. Text always goes in as text: nothing here parses HTML.

// h('p', {class: 'x', onclick: f}, 'text', child, [children], null)
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

export function replace(element, ...children) {
  element.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
}

// Rebuilding a panel must not take anything from under a user's hand: when nothing changed it stays as
// it is, and else the element with the same data-key gets the focus and the caret again.
export function rebuild(panel, ...children) {
  const next = panel.cloneNode(false);
  replace(next, ...children);
  if (next.isEqualNode(panel)) return;
  const before = panel.contains(document.activeElement) ? document.activeElement : null;
  const caret = before && 'selectionStart' in before ? [before.selectionStart, before.selectionEnd] : null;
  panel.replaceChildren(...next.childNodes);
  if (before?.dataset.key === undefined) return;
  const after = panel.querySelector(`[data-key="${CSS.escape(before.dataset.key)}"]`);
  after?.focus({preventScroll: true});
  if (caret && after?.setSelectionRange) after.setSelectionRange(...caret);
}

// Says a thing to screen readers; every change that a click causes elsewhere on the page is said.
export function say(text) {
  const place = byId('said');
  place.textContent = '';
  requestAnimationFrame(() => { place.textContent = text; });
}

let toastTimer = 0;
export function toast(text) { show(text, 'toast', 4000); }

// What was asked for was not done: said in the server's words, and longer.
export function failed(error) { show(error.message, 'toast bad', 10_000); }

function show(text, looks, milliseconds) {
  say(text);
  const place = byId('toast');
  place.textContent = text;
  place.className = looks;
  place.hidden = false;
  // Shown anew, so that it stands above a dialog that was opened meanwhile.
  if (place.matches(':popover-open')) place.hidePopover();
  place.showPopover();
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { place.hidden = true; }, milliseconds);
}

export async function copyText(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages that are not on loopback or https have no clipboard API.
    const area = h('textarea', {class: 'visually-hidden', 'aria-hidden': 'true'});
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    if (!copied) return failed(new Error(`${what}: this browser does not let the page copy.`));
  }
  return toast(`${what} copied`);
}

export function download(name, blob) {
  const link = h('a', {href: URL.createObjectURL(blob), download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Asks a question in the page's dialog; the answer is true or false.
export function confirmDialog(title, text, action) {
  const dialog = byId('dialog');
  return new Promise((resolve) => {
    replace(dialog, h('form', {method: 'dialog', class: 'ask'},
      h('h2', {id: 'dialog-title'}, title), h('p', {}, text),
      h('div', {class: 'group end'},
        h('button', {value: 'no'}, 'Cancel'), h('button', {value: 'yes', class: 'danger'}, action))));
    dialog.returnValue = '';
    dialog.className = 'small';
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), {once: true});
    dialog.showModal();
  });
}
