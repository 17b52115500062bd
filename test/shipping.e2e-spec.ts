import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { buildProgram } from '../src/commands/program.js';
import { ROLES } from '../src/platform/config.js';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

// The files are looked at as the tools that read them would.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Manifest = any;

const manifests: Manifest[] = readdirSync(new URL('ops/kubernetes/', root))
  .sort()
  .flatMap((file) => loadAll(read(`ops/kubernetes/${file}`)) as Manifest[]);
const ofKind = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
const [compose] = loadAll(read('compose.yaml')) as Manifest[];
const dockerfile = read('Dockerfile');
const unit = read('ops/systemd/campanile.service');

/** Every variable that the product reads. */
const settings = new Set([...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name!));
/** What belongs to the system and not to us. */
const ofOthers = ['NODE_ENV', 'PATH'];

/** What a container of a pod is told, the keys of the maps that it takes whole included. */
const envOf = (container: Manifest): string[] => [
  ...(container.env ?? []).map(({ name }: { name: string }) => name),
  ...(container.envFrom ?? []).flatMap(({ configMapRef }: Manifest) =>
    configMapRef
      ? Object.keys(ofKind('ConfigMap').find(({ metadata }) => metadata.name === configMapRef.name).data)
      : [],
  ),
];
const containers = [...ofKind('Deployment'), ...ofKind('Job')].flatMap(({ spec }) => spec.template.spec.containers);

describe('what ships the product', () => {
  it('sets only what the product reads', () => {
    const told = [
      ...Object.keys(compose.services.app.environment),
      ...containers.flatMap(envOf),
      ...[...read('ops/kubernetes/10-settings.yaml').matchAll(/--from-literal=(\w+)/g)].map(([, name]) => name!),
      ...[...dockerfile.matchAll(/^(?:ENV |    )([A-Z_]+)=/gm)].map(([, name]) => name!),
      ...[...unit.matchAll(/\b([A-Z_]{4,})=/g)].map(([, name]) => name!),
    ];
    expect(new Set(told).size).toBeGreaterThan(12);
    expect(told.filter((name) => !settings.has(name) && !ofOthers.includes(name))).toEqual([]);
  });

  it('runs what is there: the files of the build and the commands of the CLI', () => {
    const commands = [
      /^CMD (\[.*\])$/m.exec(dockerfile)![1]!,
      ...containers.flatMap(({ command }: { command?: string[] }) => (command ? [JSON.stringify(command)] : [])),
      JSON.stringify(/ExecStart=.* (node .*)/.exec(unit)![1]!.split(' ')),
    ].map((text) => JSON.parse(text) as string[]);
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [program, ...rest] of commands) {
      expect(program).toBe('node');
      const file = rest.findIndex((word) => word.startsWith('dist/'));
      expect(existsSync(new URL(rest[file]!.replace(/^dist\//, '').replace(/\.js$/, '.ts'), root))).toBe(true);
      if (rest[file] === 'dist/src/main.js') expect(scripts.start).toBe(`node ${rest.join(' ')}`);
      else expect(buildProgram().commands.map((command) => command.name())).toContain(rest[file + 1]);
    }
    expect(dockerfile).toContain('\nRUN npm run sbom\n');
    const copied = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].filter(
      ([, path]) => path !== 'sbom.json',
    );
    for (const [, path] of copied) expect(existsSync(new URL(path!.replace(/^dist\//, ''), root))).toBe(true);
  });

  it('runs as nobody special, on a file system that it cannot write', () => {
    expect(dockerfile.lastIndexOf('\nUSER node\n')).toBeGreaterThan(dockerfile.lastIndexOf('\nCOPY '));
    expect(compose.services.app).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    for (const { securityContext } of containers)
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    for (const { spec } of [...ofKind('Deployment'), ...ofKind('Job')])
      expect(spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true });
  });

  it('splits the roles, each twice, and lets an eviction take one of two', () => {
    const roles = ofKind('Deployment').map(({ spec }) => {
      expect(spec.replicas).toBeGreaterThan(1);
      return spec.template.spec.containers[0].env.find(({ name }: Manifest) => name === 'ROLES').value;
    });
    expect(roles.sort()).toEqual([...ROLES].sort());
    for (const { spec } of ofKind('PodDisruptionBudget')) {
      const [guarded] = ofKind('Deployment').filter(
        ({ spec: { template } }) =>
          JSON.stringify(template.metadata.labels) === JSON.stringify(spec.selector.matchLabels),
      );
      expect(guarded.spec.replicas).toBeGreaterThan(spec.minAvailable);
    }
    expect(ofKind('PodDisruptionBudget')).toHaveLength(ROLES.length);
  });

  it('gives the job that migrates a secret of its own, so that the application need not own what it uses', () => {
    const secretsOf = (kind: string) =>
      ofKind(kind).map(({ spec }) =>
        spec.template.spec.containers.flatMap(({ envFrom }: Manifest) =>
          envFrom.flatMap(({ secretRef }: Manifest) => (secretRef ? [secretRef.name] : [])),
        ),
      );
    expect(secretsOf('Job')).toEqual([['campanile-migrate']]);
    expect(secretsOf('Deployment')).toEqual([['campanile'], ['campanile'], ['campanile']]);
    const made = [
      ...read('ops/kubernetes/10-settings.yaml').matchAll(/create secret generic (\S+) --from-literal=DATABASE_URL=/g),
    ];
    expect(made.map(([, name]) => name).sort()).toEqual(['campanile', 'campanile-migrate']);
  });

  it('asks for health where the process answers, and waits for it to drain', () => {
    const [, drain] = /const DRAIN_MS = ([\d_]+)/.exec(read('src/scheduler/heartbeat.ts'))!;
    const seconds = Number(drain!.replaceAll('_', '')) / 1000;
    for (const { spec } of ofKind('Deployment')) {
      const {
        containers: [container],
        terminationGracePeriodSeconds,
      } = spec.template.spec;
      expect(terminationGracePeriodSeconds).toBeGreaterThan(seconds);
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        expect(container[probe].httpGet).toMatchObject({
          path: expect.stringMatching(/^\/health\/(live|ready)$/),
          port: 'metrics',
        });
        expect(container.ports).toContainEqual({ name: 'metrics', containerPort: 9464 });
      }
      expect(spec.template.metadata.annotations['prometheus.io/port']).toBe('9464');
    }
    expect(Number.parseInt(compose.services.app.stop_grace_period, 10)).toBeGreaterThan(seconds);
    expect(Number(/TimeoutStopSec=(\d+)/.exec(unit)![1])).toBeGreaterThan(seconds);
    expect(dockerfile).toMatch(/METRICS_PORT=9464/);
    expect(dockerfile).toMatch(/HEALTHCHECK[^]*METRICS_PORT[^]*\/health\/live/);
  });

  it('keeps out of the image what has no business there', () => {
    const ignored = read('.dockerignore').split('\n');
    for (const secret of ['.env', '.git', '.campanile', 'node_modules']) expect(ignored).toContain(secret);
  });

  it('builds the image of what is there, and of nothing that is kept out of it', () => {
    const ignored = read('.dockerignore').split('\n').filter(Boolean);
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, name]) => name);
    for (const [, from, words] of dockerfile.matchAll(/^COPY (?:--from=(\w+) )?(.*) \S+$/gm)) {
      if (from !== undefined) expect(stages).toContain(from);
      else
        for (const path of words!.split(' ')) {
          expect([path, existsSync(new URL(path, root))]).toEqual([path, true]);
          expect(ignored).not.toContain(path);
        }
    }
    for (const [, script] of dockerfile.matchAll(/^RUN npm run (\S+)$/gm)) expect(scripts).toHaveProperty([script!]);
    const needed = ['src', 'migrations', 'scripts', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];
    expect(needed.filter((path) => ignored.includes(path))).toEqual([]);
    // Every COPY, RUN and CMD is one of those above, or one that needs no look.
    const others = dockerfile
      .match(/^(?:COPY|RUN|ADD|ENTRYPOINT|ONBUILD) .*$/gm)!
      .filter((line) => !/^COPY/.test(line));
    expect([...new Set(others)]).toEqual([
      'RUN npm ci --ignore-scripts',
      'RUN npm run build',
      'RUN npm run sbom',
      'RUN npm ci --ignore-scripts --omit=dev --omit=optional',
    ]);
  });

  it('names in one place only what is there in another: services, volumes, ports, maps and labels', () => {
    const { services, volumes } = compose;
    const waitedFor = Object.keys(services.app.depends_on);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(waitedFor));
    expect(services.database.healthcheck.test[1]).toBe('pg_isready');
    for (const { volumes: used = [] } of Object.values<Manifest>(services))
      for (const text of used) expect(volumes).toHaveProperty([text.split(':')[0]]);
    const exposed = /^EXPOSE (.*)$/m.exec(dockerfile)![1]!.split(' ');
    for (const text of services.app.ports) expect(exposed).toContain(text.split(':').at(-1));
    for (const name of ['DATABASE_URL', 'SMTP_URL'])
      expect(services).toHaveProperty([new URL(services.app.environment[name]).hostname]);

    for (const { spec } of ofKind('Deployment'))
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    for (const { spec } of [...ofKind('Deployment'), ...ofKind('Job')]) {
      const { containers: all, volumes: there = [] } = spec.template.spec;
      for (const { volumeMounts = [], envFrom } of all) {
        for (const { name } of volumeMounts) expect(there.map((volume: Manifest) => volume.name)).toContain(name);
        for (const { configMapRef } of envFrom.filter((one: Manifest) => one.configMapRef))
          expect(ofKind('ConfigMap').map(({ metadata }) => metadata.name)).toContain(configMapRef.name);
      }
    }
    for (const { spec } of ofKind('Service')) {
      const pods = ofKind('Deployment').filter(({ spec: { template } }) =>
        Object.entries(spec.selector).every(([label, value]) => template.metadata.labels[label] === value),
      );
      expect(pods).toHaveLength(1);
      const names = pods[0].spec.template.spec.containers[0].ports.map(({ name }: Manifest) => name);
      for (const { targetPort } of spec.ports) expect(names).toContain(targetPort);
    }
    expect(new Set(containers.map(({ image }) => image)).size).toBe(1);
  });

  it('is in order for systemd, where there is one', () => {
    const verify = () =>
      execFileSync('systemd-analyze', ['verify', '--man=no', new URL('ops/systemd/campanile.service', root).pathname], {
        stdio: 'pipe',
      }).toString();
    let complaint = '';
    try {
      complaint = verify();
    } catch (error) {
      const { code, stderr } = error as { code?: string; stderr?: Buffer };
      if (code === 'ENOENT') return console.warn('no systemd-analyze here: the unit was not verified');
      complaint = String(stderr);
    }
    expect(complaint).not.toMatch(/campanile\.service:\d+/);
    return undefined;
  });
});
