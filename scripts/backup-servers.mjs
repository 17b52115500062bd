/** The servers on which a backup is proven: one of our own with the two roles of the guide, or one that is given. */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';

/** Where PostgreSQL's programs are. */
export function programs() {
  const config = [
    'pg_config',
    '/usr/lib/postgresql/18/bin/pg_config',
    '/usr/lib/postgresql/17/bin/pg_config',
    '/usr/lib/postgresql/16/bin/pg_config',
    '/usr/lib/postgresql/15/bin/pg_config',
  ];
  for (const each of config)
    try {
      return execFileSync(each, ['--bindir'], { stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .trim();
    } catch {
      continue;
    }
  throw new Error('PostgreSQL’s programs are not here: apt-get install postgresql');
}

/** A TCP port that nobody listens on. */
export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** PostgreSQL refuses root. */
const asPostgres = (folder, program, args) =>
  process.getuid() === 0
    ? execFileSync('runuser', ['-u', 'postgres', '--', program, ...args], { stdio: 'ignore', cwd: folder })
    : execFileSync(program, args, { stdio: 'ignore', cwd: folder });

/**
 * A server of our own in the folder, for the two roles of the guide. Answers the URLs of the application and of who restores, the ways to
 * make the database and to give rights in it, to do both the first time, and to end the server.
 */
export async function startServer(bin, folder) {
  const data = join(folder, 'data');
  const port = await freePort();
  const locale = ['-E', 'UTF8', '--locale=C.UTF-8'];
  asPostgres(folder, join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', ...locale]);
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
  asPostgres(folder, join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(folder, 'server.log'), '-o', options, 'start']);
  const as = (role, name = 'campanile') => `postgres://${role}@127.0.0.1:${port}/${name}`;
  const program = (name, ...args) => execFileSync(join(bin, name), args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const maintenance = `--maintenance-db=${as('postgres', 'postgres')}`;
  return {
    url: as('campanile_app'),
    owner: as('campanile_owner'),
    create: () => program('createdb', '--owner=campanile_owner', maintenance, 'campanile'),
    drop: () => program('dropdb', '--force', maintenance, 'campanile'),
    giveRights: () => program('psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-f', 'ops/postgres/roles.sql', as('postgres')),
    async prepare() {
      for (const role of ['campanile_owner', 'campanile_app'])
        await query(as('postgres', 'postgres'), `create role ${role} login nosuperuser nocreatedb nocreaterole`);
      this.create();
      execFileSync(process.execPath, ['dist/src/cli.js', 'migrate', 'up'], {
        env: { PATH: process.env.PATH, DATABASE_URL: this.owner },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      this.giveRights();
    },
    stop: () => asPostgres(folder, join(bin, 'pg_ctl'), ['-D', data, '-w', '-m', 'fast', 'stop']),
  };
}

/** The server of DATABASE_URL, where one role does everything. */
export function givenServer(url) {
  const name = new URL(url).pathname.slice(1);
  return {
    url,
    owner: url,
    create: () => query(elsewhere(url), `create database ${name}`),
    drop: () => query(elsewhere(url), `drop database ${name} with (force)`),
    giveRights: () => undefined,
    prepare: () => undefined,
    stop: () => undefined,
  };
}

/** The rows of one statement. */
export async function query(url, text) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return (await client.query(text).finally(() => client.end())).rows;
}

const elsewhere = (url) => {
  const other = new URL(url);
  other.pathname = '/postgres';
  return other.href;
};
