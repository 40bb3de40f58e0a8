// Where the programs are: AWEBER_MOCKSERVER and its like, or the optional package of this platform.
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

// The path of aweber-mockserver, aweber-conformance or aweber-client; throws with the cure.
export function program(name) {
  const said = process.env[name.toUpperCase().replaceAll('-', '_')];
  if (said) return said;
  const platform = `aweber-harness-${process.platform}-${process.arch}`;
  try {
    const path = join(dirname(require.resolve(`${platform}/package.json`)), 'bin', name);
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    throw new Error(
      process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
        ? `the package ${platform} is not installed: npm was told to leave out optional packages`
        : `aweber-harness has programs for linux-x64 and linux-arm64, not for ${process.platform}-${process.arch}`);
  }
}
