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
  // For the commands that it tells to type next.
  const called = `${name.toUpperCase().replaceAll('-', '_')}_CALLED`;
  const env = { ...process.env, [called]: `npx ${name}` };
  const child = spawn(path, process.argv.slice(2), { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${name}: ${error.message}`);
    process.exit(2);
  });
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}
