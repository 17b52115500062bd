/** Builds dist when it is missing or older than its sources, so that `npm start` always runs what is in the folder. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const sources = [
  ...['src', 'migrations', 'bench', 'test/chaos'],
  ...['package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'],
];
const stamp = 'dist/src/main.js';

/** The latest modification below a path, in milliseconds since the epoch; packages that lie there are no sources. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(
    stat.mtimeMs,
    ...readdirSync(path)
      .filter((name) => name !== 'node_modules')
      .map((name) => newest(join(path, name))),
  );
}

const compiler = 'node_modules/@nestjs/cli/bin/nest.js';
const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
const stale = () => Math.max(...sources.filter(existsSync).map(newest)) > built;

// An installation without development packages (a container image) ships its dist and has no compiler.
if (existsSync(compiler) && stale()) {
  const { status } = spawnSync(process.execPath, [compiler, 'build'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
