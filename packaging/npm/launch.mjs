// Runs one of the programs in npm's place: same arguments, same descriptors, same exit status.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { program } from './programs.mjs';

export function launch(name) {
  let path;
  try {
    path = program(name);
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    process.exit(2);
  }
  const child = spawn(path, process.argv.slice(2), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${name}: ${error.message}`);
    process.exit(2);
  });
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}
