/** Builds dist where it is missing or older than its sources, so that `npm start` always runs what is in the folder. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const client = 'src/dashboard/client';

/** What is built, from what, by whom; `stamp` is a file that every build writes. */
const parts = [
  {
    sources: [
      ...['src', 'migrations', 'bench', 'test/chaos', 'test/soak'],
      ...['package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'],
    ],
    except: client,
    stamp: 'dist/src/main.js',
    builder: 'node_modules/@nestjs/cli/bin/nest.js',
  },
  {
    // The client computes with the same pure code as the server.
    sources: [client, 'src/campaigns/domain', 'src/audience/domain', 'package.json', 'vite.config.ts'],
    except: null,
    stamp: 'dist/src/dashboard/client/index.html',
    builder: 'node_modules/vite/bin/vite.js',
  },
];

/** The latest modification below a path, in milliseconds since the epoch; packages that lie there are no sources. */
function newest(path, except) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(
    stat.mtimeMs,
    ...readdirSync(path)
      .map((name) => join(path, name))
      .filter((inside) => inside !== except && !inside.endsWith('node_modules'))
      .map((inside) => newest(inside, except)),
  );
}

function stale({ sources, except, stamp }) {
  const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  return Math.max(...sources.filter(existsSync).map((source) => newest(source, except))) > built;
}

for (const part of parts) {
  // An installation without development packages (a container image) ships its dist and has no compiler.
  if (!existsSync(part.builder) || !stale(part)) continue;
  const { status } = spawnSync(process.execPath, [part.builder, 'build'], { stdio: 'inherit' });
  process.exitCode ||= status ?? 1;
}
