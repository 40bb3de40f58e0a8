// How rows of the customers' data look: which members a table shows, and how a form's text becomes a
// member again. Pure.

const kColumns = {
  subscribers: ['email', 'name', 'status', 'tags', 'subscribed_at'],
  broadcasts: ['subject', 'status', 'scheduled_for', 'sent_at'],
  purchases: ['product_name', 'value', 'currency', 'subscriber', 'at'],
  landing_pages: ['name', 'published_at', 'id'],
};

export const partName = (part) => part[0].toUpperCase() + part.slice(1).replace('_', ' ');

// Elsewhere: the first members that fit into a cell.
export function columnsOf(part, schema) {
  if (kColumns[part]) return kColumns[part];
  const simple = Object.entries(schema.properties).filter(([name, one]) => name !== 'id' && kindOf(one) !== 'json' && kindOf(one) !== 'long').map(([name]) => name);
  return [...simple.slice(0, 4), 'id'];
}

export function cellText(value) {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join(', ');
  return String(value);
}

// 'flag' 'choice' 'number' 'text' 'long' 'texts' (comma separated) 'json'
export function kindOf(schema, name = '') {
  if (schema.enum) return 'choice';
  if (schema.type === 'boolean') return 'flag';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (schema.type === 'string') return /html|body/.test(name) ? 'long' : 'text';
  if (schema.type === 'array' && schema.items.type === 'string') return 'texts';
  return 'json';
}

// What stands in the form for a member.
export function asText(kind, value) {
  if (value === undefined || value === null) return '';
  if (kind === 'texts') return value.join(', ');
  if (kind === 'json') return JSON.stringify(value);
  return String(value);
}

// The member that a form's text means; undefined leaves it out. Throws on what is no JSON.
export function fromText(kind, text) {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (kind === 'number') return Number(trimmed);
  if (kind === 'texts') return trimmed.split(',').map((one) => one.trim()).filter(Boolean);
  if (kind === 'json') return JSON.parse(trimmed);
  return kind === 'long' ? text : trimmed;
}
