// Where there is no program for the machine, one sentence says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { program } from '../programs.mjs';

function on(platform, arch) {
  const facts = [['platform', platform], ['arch', arch]];
  const before = facts.map(([name]) => Object.getOwnPropertyDescriptor(process, name));
  for (const [name, value] of facts) Object.defineProperty(process, name, { value, configurable: true });
  try {
    return program('aweber-conformance');
  } catch (error) {
    return error.message;
  } finally {
    facts.forEach(([name], i) => Object.defineProperty(process, name, before[i]));
  }
}

test('another platform is named beside those that have programs', () => {
  assert.equal(on('darwin', 'arm64'),
    'aweber-harness has programs for linux-x64 and linux-arm64, not for darwin-arm64');
  assert.equal(on('linux', 'riscv64'),
    'aweber-harness has programs for linux-x64 and linux-arm64, not for linux-riscv64');
});

test('a package that was left out is named', () => {
  assert.equal(on('linux', 'arm64'),
    'the package aweber-harness-linux-arm64 is not installed: npm was told to leave out optional packages');
});

test('a program given by the environment wins', () => {
  process.env.AWEBER_CONFORMANCE = '/opt/own';
  assert.equal(on('darwin', 'arm64'), '/opt/own');
  delete process.env.AWEBER_CONFORMANCE;
});
