// Times and spans as text. Pure.

const pad = (number, width = 2) => String(Math.floor(number)).padStart(width, '0');

// Unix seconds as "2025-01-31 14:05:09" in UTC, which is what tokens and logs are told in.
export function dateTime(seconds) {
  return `${dateOf(seconds)} ${timeOf(seconds)}`;
}

export function dateOf(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

export function timeOf(seconds) {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

// Microseconds since 1970, as "2025-01-31 14:05:09.123".
export function preciseTime(micros) {
  return `${dateTime(micros / 1e6)}.${pad((micros / 1000) % 1000, 3)}`;
}

// "1 h 2 min", "59 s", "3 d 4 h": the two greatest units.
export function span(seconds) {
  let rest = Math.abs(Math.round(seconds));
  const parts = [];
  for (const [name, size] of [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]]) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

export function took(micros) {
  if (micros < 1000) return '< 1 ms';
  if (micros < 1e6) return `${Math.round(micros / 1000)} ms`;
  return `${(micros / 1e6).toFixed(1)} s`;
}
